using RealmWeb.Data.Chains;
using RealmWeb.Data.Models;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Chains;

/// <summary>Puts a model in production: the ledger's line, then the corpora's indexes. Done twice it is done once.</summary>
public sealed class CandidatePromotion
{
    private readonly ModelLibrary _models;
    private readonly ProductionIndexes _indexes;

    internal CandidatePromotion(ModelLibrary models, ProductionIndexes indexes) => (_models, _indexes) = (models, indexes);

    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public async Task<ModelPromotion> PromoteAsync(string model, string by, string reason, CancellationToken cancellationToken)
    {
        var promotion = _models.Promote(model, by, reason);
        await _indexes.FollowAsync(by, cancellationToken);
        return promotion;
    }

    /// <exception cref="InvalidOperationException">No other model was in production before.</exception>
    public async Task<ModelPromotion> RollBackAsync(string by, string reason, CancellationToken cancellationToken)
    {
        var promotion = _models.Rollback(by, reason);
        await _indexes.FollowAsync(by, cancellationToken);
        return promotion;
    }

    /// <summary>As a chain decided, which may have been broken off in the middle.</summary>
    internal async Task PromoteAsync(Chain chain, CancellationToken cancellationToken)
    {
        if (_models.CurrentPromotion() is not { } current || current.Model != chain.Candidate)
            _models.Promote(chain.Candidate, chain.DecidedBy!, chain.Reason!);
        await _indexes.FollowAsync(chain.DecidedBy!, cancellationToken);
    }
}
