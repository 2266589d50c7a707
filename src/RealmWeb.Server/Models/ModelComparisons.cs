using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Models;
using RealmWeb.Data;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Server.Models;

/// <summary>Models beside each other, question by question, from the newest evaluation of each on the same set, corpus and retriever.</summary>
internal sealed class ModelComparisons(ModelLibrary library, ModelRegistry registry, EvaluationStore evaluations, RealmPaths paths)
{
    /// <exception cref="ModelNotFoundException">A model does not exist.</exception>
    public ModelComparison Of(IReadOnlyList<string> models)
    {
        var rows = models.Select(model => Newest(registry.RowOf(library.Get(model)))).ToList();
        var shared = rows[0].Keys.Where(key => rows.TrueForAll(row => row.ContainsKey(key)))
            .OrderBy(key => key.QuestionSet, StringComparer.Ordinal).ThenBy(key => key.Corpus, StringComparer.Ordinal);
        return new ModelComparison(models, [.. shared.Select(key => Compare(key, [.. rows.Select(row => row[key])])).OfType<ComparedSet>()]);
    }

    private Dictionary<(string QuestionSet, string Corpus, string Retriever), EvaluationRow> Newest(ModelRow model) => evaluations.Of(model)
        .Where(evaluation => evaluation.ReportFile is not null).DistinctBy(Key).ToDictionary(Key);

    private static (string, string, string) Key(EvaluationRow evaluation) => (evaluation.QuestionSet, evaluation.Corpus, evaluation.Retriever);

    // Null where the sets were changed in between, or a report is gone.
    private ComparedSet? Compare((string QuestionSet, string Corpus, string Retriever) key, IReadOnlyList<EvaluationRow> measured)
    {
        try
        {
            var outcomes = measured.Select(evaluation => OutcomeFile.Read(Path.Combine(paths.Root, evaluation.ReportFile!))).ToList();
            var comparisons = outcomes.Skip(1).Select(other => ReportComparison.Of(outcomes[0], other)).ToList();
            var measures = comparisons[0].Measures.Select(measure => measure.Measure)
                .Where(name => GateMeasure.Find(name) is not null && comparisons.All(comparison => Find(comparison, name) is not null));
            return new ComparedSet(
                key.QuestionSet, key.Corpus, comparisons[0].Questions, [0, .. comparisons.Select(comparison => comparison.Fixed.Count)],
                [0, .. comparisons.Select(comparison => comparison.Broke.Count)], [.. measures.Select(name => Values(name, comparisons))])
            {
                Evaluations = [.. measured.Select(evaluation => evaluation.Id)],
            };
        }
        catch (Exception gone) when (gone is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static ComparedMeasure Values(string name, IReadOnlyList<ReportComparison> comparisons) => new(
        name,
        [
            new ComparedValue(Find(comparisons[0], name)!.A, null, null, null),
            .. comparisons.Select(comparison => Find(comparison, name)!).Select(found => new ComparedValue(found.B, found.Difference, found.Low, found.High)),
        ]);

    private static MeasureDifference? Find(ReportComparison comparison, string name) =>
        comparison.Measures.FirstOrDefault(measure => measure.Measure == name);
}
