using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Training;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Runs;

/// <summary>What a run left and is still there.</summary>
internal sealed class RunArtifacts(
    CorpusLibrary corpora, ModelLibrary models, ModelRegistry registry, QuestionSetLibrary questionSets, EvaluationStore evaluations,
    TrainingFolders training, RunReader reader)
{
    // What a chain calls the question sets that it makes of labels, behind the candidate's name.
    private static readonly string[] LabelSets = ["labels", "held-out"];

    private const string NothingMeasured = "{}";

    public async Task<IReadOnlyList<RunArtifact>> OfAsync(Run run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var left = new List<RunArtifact>();
        if (run.State is RunState.Succeeded or RunState.CompletedWithErrors)
            left.AddRange(Made(run));
        if (RunKinds.Of(run.Kind).Trains && SizeOf(training.Of(run.Target)) is > 0 and var kept)
            left.Add(new("Checkpoints, from which it goes on", $"runs/{run.Id}", kept));
        if ((await reader.ReadLogAsync(run.Id, 0, 1, cancellationToken)).Count > 0)
            left.Add(File("Log", ApiRoutes.RunLogFile(run.Id)));
        if (run.MetricsJson != NothingMeasured)
            left.Add(File("Curves as CSV", ApiRoutes.RunMetricsFile(run.Id)));
        return left;
    }

    private IEnumerable<RunArtifact> Made(Run run)
    {
        switch (RunKinds.Of(run.Kind).Produces)
        {
            // One of the same name that was made later is another run's.
            case RunProduct.Model when models.Find(run.Target) is { } model && registry.RowOf(model).RunId == run.Id:
                yield return new($"Model {model.Name}", "models", model.Bytes);
                yield return File($"Model {model.Name} as a folder", ApiRoutes.ModelFiles(model.Name));
                break;
            case RunProduct.Index when corpora.Find(run.Target) is { } corpus && IndexFolder.Current(corpus.IndexFolder) is { } generation:
                yield return new($"Index of {run.Target}, now {generation}", $"corpora/{run.Target}", SizeOf(Path.Combine(corpus.IndexFolder, generation)));
                break;
            case RunProduct.Documents when corpora.Exists(run.Target):
                yield return new($"Documents of {run.Target}", $"corpora/{run.Target}", null);
                break;
            case RunProduct.Figures when evaluations.List(CorpusScope.All, run.Id, 1) is [var (evaluation, _)]:
                yield return new("What was answered", $"evaluations/{evaluation.Id}", null);
                break;
            case RunProduct.Link:
                foreach (var set in LabelSets.Select(part => questionSets.Find($"{run.Target.Replace('.', '-')}-{part}")).OfType<QuestionSet>())
                    yield return new($"Question set {set.Name}", "models#question-sets", set.Bytes);
                break;
            default:
                break;
        }
    }

    private static RunArtifact File(string name, string route) => new(name, route.TrimStart('/'), null, IsFile: true);

    private static long SizeOf(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;
}
