using System.Collections.Concurrent;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

/// <summary>Embeds a block by the digits of its id, and counts how often each block was embedded.</summary>
internal sealed class HashEncoder(string version = "0123456789abcdef", Action<int>? beforeCall = null, bool halves = false) : IBlockEncoder
{
    private int _calls;

    public int Dimension => 8;

    public string ModelVersion => version;

    public bool EmbedsHalves => halves;

    public ConcurrentDictionary<string, int> Encoded { get; } = new();

    public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        beforeCall?.Invoke(_calls++);
        var vectors = new float[blocks.Count * Dimension];
        for (var b = 0; b < blocks.Count; b++)
        {
            Encoded.AddOrUpdate(blocks[b].Id, 1, (_, count) => count + 1);
            for (var d = 0; d < Dimension; d++)
                vectors[b * Dimension + d] = Convert.ToInt32(blocks[b].Id.Substring(4 * d, 4), 16) / 65536f - 0.5f;
        }
        return vectors;
    }
}
