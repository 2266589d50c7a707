using System.Globalization;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;

namespace RealmWeb.Server.Models;

/// <summary>The models as pages show them: where each came from, and what was measured of it last.</summary>
internal sealed class ModelSummaries(ModelRegistry registry, ModelLibrary library, EvaluationStore evaluations, ModelRemoval removal)
{
    private static readonly string[] Shown = ["em", "f1", "recall@5"];

    /// <summary>All models by name, damaged ones too.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var open = await removal.OpenChainsAsync(cancellationToken);
        var models = registry.Read();
        var production = library.Production()?.Name;
        var newest = evaluations.Newest();
        return
        [
            .. models.Select(model => new ModelSummary(
                model.Row.Name, RecipeOf(model.Row), model.Entry is not null && model.Row.Name == production, model.Row.CreatedAt, model.Row.RunId,
                newest.TryGetValue(model.Row.Id, out var evaluation) ? QualityOf(evaluation) : null, model.Damage)
            {
                WaitingChain = open.FirstOrDefault(chain => chain.State == ChainState.Waiting && chain.Candidate == model.Row.Name)?.Id,
                Ancestors = [.. AncestorsOf(model.Row, models)],
                Settings = SettingsOf(model.Row),
                NeededFor = removal.NeededFor(model.Row.Name, model.Row.Shipped, open),
            }),
        ];
    }

    /// <summary>The model that answers; null when there is none.</summary>
    public async Task<ModelSummary?> ProductionAsync(CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(model => model.InProduction);

    private static IEnumerable<ModelAncestor> AncestorsOf(ModelRow row, IReadOnlyList<RegisteredModel> models)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { row.Name };
        for (var (name, id) = (row.Base, row.BaseId); name is not null && seen.Add(name);)
        {
            var made = models.FirstOrDefault(model => model.Row.Id == id)?.Row;
            yield return new ModelAncestor(name, made is null ? "" : RecipeOf(made));
            (name, id) = (made?.Base, made?.BaseId);
        }
    }

    private static Dictionary<string, string> SettingsOf(ModelRow row)
    {
        var settings = ModelRegistry.SettingsOf(row);
        var shown = new (string Name, string? Value)[]
        {
            ("Corpus", row.Corpus), ("Questions", settings.Questions is { Count: > 0 } sets ? string.Join(", ", sets) : null),
            ("Steps", settings.Steps?.ToString(CultureInfo.InvariantCulture)), ("Seed", settings.Seed?.ToString(CultureInfo.InvariantCulture)),
            ("Configuration", settings.Configuration), ("Weights", $"SHA-256 {row.WeightsHash[..Math.Min(12, row.WeightsHash.Length)]}"),
        };
        return shown.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Name, pair => pair.Value!);
    }

    private static string RecipeOf(ModelRow row) => row.Origin switch
    {
        ModelOrigin.Shipped => "shipped",
        ModelOrigin.Added => "added by hand",
        ModelOrigin.Imported => "imported",
        ModelOrigin.Created => "random weights",
        ModelOrigin.Combined => $"{row.Base} with the retriever of {ModelRegistry.SettingsOf(row).Retriever}",
        ModelOrigin.Averaged => $"average of {row.Base} and {ModelRegistry.SettingsOf(row).AveragedWith}",
        ModelOrigin.Fitted => $"{row.Base}, fitted on {row.Corpus}",
        _ => TrainingOf(row),
    };

    private static string TrainingOf(ModelRow row)
    {
        var settings = ModelRegistry.SettingsOf(row);
        var what = row.Training is { } kind ? RunKinds.Of(kind).NameInSentence : "training";
        var corpus = row.Corpus is null ? "" : $" on {row.Corpus}";
        var steps = settings.Steps is { } count ? string.Create(CultureInfo.InvariantCulture, $", {count:N0} steps") : "";
        return $"{what} of {row.Base}{corpus}{steps}{(settings.Configuration is null ? "" : ", settings of its own")}";
    }

    private static ModelQuality QualityOf(EvaluationRow evaluation)
    {
        var figures = EvaluationStore.FiguresOf(evaluation);
        return new ModelQuality(
            evaluation.RunId, evaluation.QuestionSet, evaluation.Corpus, Enum.Parse<Retriever>(evaluation.Retriever, ignoreCase: true), evaluation.At,
            // What was not measured (NaN) is no figure, and JSON could not say it.
            Shown.Where(name => figures.TryGetValue(name, out var figure) && double.IsFinite(figure)).ToDictionary(name => name, name => figures[name]))
        {
            Evaluation = evaluation.ReportFile is null ? null : evaluation.Id,
        };
    }
}
