using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What an index build embeds.</summary>
/// <param name="Model">Empty for the one in production.</param>
public sealed record IndexBuildParameters(string Corpus, string Model = "") : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.IndexBuild;
}

/// <summary>Builds the index of a corpus.</summary>
internal sealed class IndexBuildWork(ChildCommand command, CorpusLibrary corpora, ModelLibrary models) : CommandWork(command)
{
    public override RunKind Kind => RunKind.IndexBuild;

    // Beside askers without pause an index that has to give way would never be finished, and what was imported never be found.
    protected override bool GivesWay => false;

    public override Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var build = parameters.As<IndexBuildParameters>();
        corpora.Open(build.Corpus);
        if (build.Model.Length > 0)
            models.Get(build.Model);
        return Task.FromResult(new RunPlan(build, build.Corpus, ExclusiveKeys.Corpus(build.Corpus), JoinsWaiting: true));
    }

    public override IReadOnlyList<string> ArgumentsOf(Run run)
    {
        var build = RunParameters.Of<IndexBuildParameters>(run);
        return ["index", "build", "--corpus", build.Corpus, .. Option("--model", build.Model)];
    }
}
