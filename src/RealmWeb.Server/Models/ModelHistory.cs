using System.Globalization;
using System.Text.Json;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Server.Models;

/// <summary>What the runs of this site tell about its models: which run made one, and what was measured of it last.</summary>
internal sealed class ModelHistory(RunStore runs)
{
    private static readonly string[] Shown = ["em", "f1", "recall@5"];
    private static readonly RunFilter Done = new([RunState.Succeeded], RunKinds.Where(kind => kind.Trains || kind.Measures), Take: 1000);

    public async Task<Past> ReadAsync(CancellationToken cancellationToken) => new(await runs.ListAsync(Done, cancellationToken));

    /// <param name="done">Trainings and evaluations that succeeded, newest first.</param>
    internal sealed class Past(IReadOnlyList<Run> done)
    {
        public ModelSummary SummaryOf(ModelEntry model, string? production)
        {
            var evaluation = done.FirstOrDefault(run => RunKinds.Of(run.Kind).Measures && run.Target == model.Name && Measured(run, model));
            // A model of the same name may have been made, deleted and imported since: the one that is there was written before its run ended.
            var maker = model.Embedded
                ? null
                : done.FirstOrDefault(run => RunKinds.Of(run.Kind).Trains && run.Target == model.Name && run.EndedAt >= model.AddedAt);
            return new ModelSummary(
                model.Name, maker is not null ? RecipeOf(maker) : model.Embedded ? "shipped" : "added by hand", model.Name == production, model.AddedAt,
                maker?.Id, evaluation is null ? null : QualityOf(evaluation));
        }

        private static bool Measured(Run run, ModelEntry model) => run.CreatedAt >= model.AddedAt || model.Embedded;

        private static string RecipeOf(Run run)
        {
            var parameters = RunParameters.Of<TrainingParameters>(run);
            var steps = parameters.Steps > 0 ? string.Create(CultureInfo.InvariantCulture, $", {parameters.Steps:N0} steps") : "";
            var settings = parameters.Settings.Length > 0 ? ", settings of its own" : "";
            return $"{RunKinds.Of(run.Kind).NameInSentence} of {parameters.Model} on {parameters.Corpus}{steps}{settings}";
        }

        private static ModelQuality QualityOf(Run run)
        {
            var parameters = RunParameters.Of<EvaluationParameters>(run);
            var figures = JsonSerializer.Deserialize<Dictionary<string, double>>(run.MetricsJson)!;
            return new ModelQuality(
                run.Id, parameters.QuestionSet, parameters.Corpus, parameters.Retriever, run.EndedAt ?? run.CreatedAt,
                Shown.Where(figures.ContainsKey).ToDictionary(name => name, name => figures[name]));
        }
    }
}
