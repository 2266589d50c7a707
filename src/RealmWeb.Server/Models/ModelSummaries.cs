using System.Globalization;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;

namespace RealmWeb.Server.Models;

/// <summary>The models as pages show them: where each came from, and what was measured of it last.</summary>
internal sealed class ModelSummaries(ModelRegistry registry, ModelLibrary library, EvaluationStore evaluations)
{
    private static readonly string[] Shown = ["em", "f1", "recall@5"];

    /// <summary>All models by name, damaged ones too.</summary>
    public IReadOnlyList<ModelSummary> List()
    {
        var production = library.Production()?.Name;
        var newest = evaluations.Newest();
        return
        [
            .. registry.Read().Select(model => new ModelSummary(
                model.Row.Name, RecipeOf(model.Row), model.Entry is not null && model.Row.Name == production, model.Row.CreatedAt, model.Row.RunId,
                newest.TryGetValue(model.Row.Id, out var evaluation) ? QualityOf(evaluation) : null, model.Damage)),
        ];
    }

    /// <summary>The model that answers; null when there is none.</summary>
    public ModelSummary? Production() => List().FirstOrDefault(model => model.InProduction);

    private static string RecipeOf(ModelRow row) => row.Origin switch
    {
        ModelOrigin.Shipped => "shipped",
        ModelOrigin.Added => "added by hand",
        ModelOrigin.Imported => "imported",
        ModelOrigin.Created => "random weights",
        ModelOrigin.Combined => $"{row.Base} with the retriever of {ModelRegistry.SettingsOf(row).Retriever}",
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
            Shown.Where(figures.ContainsKey).ToDictionary(name => name, name => figures[name]));
    }
}
