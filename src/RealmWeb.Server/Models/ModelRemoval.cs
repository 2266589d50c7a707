using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Events;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Models;

/// <summary>Deletes models that nothing needs.</summary>
internal sealed class ModelRemoval(ModelLibrary library, ChainStore chains, RunStore runs, CorpusLibrary corpora, IChangePublisher changes)
{
    /// <summary>What a model is needed for, in a sentence; null for nothing.</summary>
    /// <param name="open">Chains that are not over.</param>
    public string? NeededFor(string model, bool shipped, IReadOnlyList<Chain> open)
    {
        var current = library.CurrentPromotion();
        if (shipped)
            return "It comes with the program.";
        if (library.Production()?.Name == model)
            return "It answers. Promote another model first.";
        if (current?.Previous == model)
            return "It is what a rollback goes back to.";
        return open.FirstOrDefault(chain => chain.Candidate == model || chain.Production == model) is { } chain
            ? $"The chain that makes {chain.Candidate} needs it. Decide about that first."
            : null;
    }

    /// <summary>Chains that are not over.</summary>
    public async Task<IReadOnlyList<Chain>> OpenChainsAsync(CancellationToken cancellationToken) =>
        [.. (await chains.ListAsync(1000, cancellationToken)).Where(chain => chain.State is not (ChainState.Promoted or ChainState.Dismissed))];

    /// <returns>Why it was not deleted; null when it was.</returns>
    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public async Task<string?> DeleteAsync(string model, CancellationToken cancellationToken)
    {
        var shipped = library.Find(model)?.Embedded == true;
        if (NeededFor(model, shipped, await OpenChainsAsync(cancellationToken)) is { } needed)
            return needed;
        if (await runs.IsNamedByOpenAsync($"\"{model}\"", cancellationToken))
            return "A run that is not over needs it. Wait for its end, or cancel it.";
        library.Delete(model);
        changes.Changed(EventTopics.Models, EventTypes.ModelChanged, model);
        foreach (var corpus in corpora.Names().Select(corpora.Find).OfType<CorpusStore>())
        {
            var beside = Path.Combine(corpus.EvaluationIndexFolder, model);
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
        return null;
    }
}
