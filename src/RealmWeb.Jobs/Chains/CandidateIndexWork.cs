using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>Which corpus a candidate's index is of.</summary>
internal sealed record CandidateIndexParameters(string Corpus, string Model) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.CandidateIndex;
}

/// <summary>Builds the index of a model that does not answer yet, beside the one that does. Where both have the same embedder, nothing is embedded.</summary>
internal sealed class CandidateIndexWork(ChildCommand command, CorpusLibrary corpora, ModelLibrary models) : CommandWork(command)
{
    public override RunKind Kind => RunKind.CandidateIndex;

    public override Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var index = parameters.As<CandidateIndexParameters>();
        corpora.RequirePassages(index.Corpus);
        models.Get(index.Model);
        return Task.FromResult(new RunPlan(index, index.Model, ExclusiveKeys.Machine));
    }

    public override IReadOnlyList<string> ArgumentsOf(Run run)
    {
        var index = RunParameters.Of<CandidateIndexParameters>(run);
        return ["index", "build", "--corpus", index.Corpus, "--model", index.Model, "--beside"];
    }
}
