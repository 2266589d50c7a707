using RealmWeb.Contracts.Events;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Models;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>Puts a model in production: the ledger's line, then the corpora's indexes. Done twice it is done once.</summary>
public sealed class CandidatePromotion
{
    private readonly ModelLibrary _models;
    private readonly ProductionIndexes _indexes;

    private readonly IChangePublisher _changes;

    internal CandidatePromotion(ModelLibrary models, ProductionIndexes indexes, IChangePublisher changes) =>
        (_models, _indexes, _changes) = (models, indexes, changes);

    /// <exception cref="ModelNotFoundException">There is none of this name.</exception>
    public async Task<ModelPromotion> PromoteAsync(string model, string by, string reason, CancellationToken cancellationToken)
    {
        var promotion = _models.Promote(model, by, reason);
        await FollowAsync(model, by, cancellationToken);
        return promotion;
    }

    /// <exception cref="InvalidOperationException">No other model was in production before.</exception>
    public async Task<ModelPromotion> RollBackAsync(string by, string reason, CancellationToken cancellationToken)
    {
        var promotion = _models.Rollback(by, reason);
        await FollowAsync(promotion.Model, by, cancellationToken);
        return promotion;
    }

    /// <summary>As a chain decided, which may have been broken off in the middle.</summary>
    internal async Task PromoteAsync(Chain chain, CancellationToken cancellationToken)
    {
        if (_models.CurrentPromotion() is not { } current || current.Model != chain.Candidate)
            _models.Promote(chain.Candidate, chain.DecidedBy!, chain.Reason!);
        await FollowAsync(chain.Candidate, chain.DecidedBy!, cancellationToken);
    }

    private async Task FollowAsync(string model, string by, CancellationToken cancellationToken)
    {
        _changes.Changed(EventTopics.Models, EventTypes.ModelChanged, model);
        await _indexes.FollowAsync(by, cancellationToken);
    }
}
