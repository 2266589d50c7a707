using System.Text.Json;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.QuestionSets;

/// <summary>Which runs that are not over need a question set.</summary>
internal sealed class QuestionSetUses(RunStore runs)
{
    private static readonly RunFilter Open = new(RunTransitions.Open, [RunKind.FineTune, RunKind.Evaluate], Take: 1000);

    /// <summary>One of them; null when there is none.</summary>
    public async Task<Run?> FindOpenAsync(string questionSet, CancellationToken cancellationToken) =>
        (await runs.ListAsync(Open, cancellationToken)).FirstOrDefault(run => SetsOf(run).Contains(questionSet));

    private static IEnumerable<string> SetsOf(Run run) => run.Kind == RunKind.Evaluate
        ? [JsonSerializer.Deserialize<EvaluationParameters>(run.ParametersJson)!.QuestionSet]
        : JsonSerializer.Deserialize<TrainingParameters>(run.ParametersJson)!.QuestionSets ?? [];
}
