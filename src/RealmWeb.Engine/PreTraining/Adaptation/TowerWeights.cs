using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>The weights that an adaptation changes, as they were at one moment.</summary>
internal sealed class TowerWeights : IDisposable
{
    private readonly Embedder? _blocks;

    /// <param name="withBlocks">With the tower of blocks.</param>
    public TowerWeights(RealmModel model, bool withBlocks)
    {
        Queries = model.CopyOf(model.QueryEmbedder);
        _blocks = withBlocks ? model.CopyOf(model.Embedder) : null;
    }

    public Embedder Queries { get; }

    /// <summary>Gives the model weights between these and later ones. The tower of questions goes a share of the way; that of blocks is the one or the other,
    /// since each of its states would need an index of its own: the later one but at 0.</summary>
    public void Put(RealmModel model, TowerWeights later, double share)
    {
        WeightCopy.Between(Queries, model.QueryEmbedder);
        WeightCopy.Average(later.Queries, model.QueryEmbedder, share);
        if (_blocks is not null)
            WeightCopy.Between(share > 0 ? later._blocks! : _blocks, model.Embedder);
    }

    public void Dispose()
    {
        Queries.Dispose();
        _blocks?.Dispose();
    }
}
