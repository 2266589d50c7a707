using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Finds the blocks of a corpus in which given passages stand, though block and passage were cut from the article in different ways.</summary>
/// <remarks>By runs of four words that both have: one pass over the corpus, whatever the number of passages.</remarks>
public sealed class PassageLocator
{
    private const int RunWords = 4;
    private const int SampledFrom = 64;
    private const int SampleOneIn = 4;

    private readonly Dictionary<string, List<PassageBlock>> _found = [];
    private readonly Dictionary<string, long> _rowsOfIds = [];

    /// <param name="passages">Texts to find, in stored form.</param>
    /// <param name="blockIds">Ids of blocks to find.</param>
    public PassageLocator(IBlockStore blocks, IEnumerable<string> passages, IEnumerable<string> blockIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var texts = passages.Distinct().ToList();
        var ids = blockIds.ToHashSet();
        var passagesOfRun = new Dictionary<int, List<int>>();
        var runs = new int[texts.Count];
        for (var p = 0; p < texts.Count; p++)
        {
            var all = Runs(texts[p]).ToHashSet();
            // A quarter of the runs of a long passage tells as much.
            foreach (var run in all.Where(run => all.Count < SampledFrom || (uint)run % SampleOneIn == 0))
            {
                runs[p]++;
                if (!passagesOfRun.TryGetValue(run, out var having))
                    passagesOfRun[run] = having = [];
                having.Add(p);
            }
        }
        if (texts.Count == 0 && ids.Count == 0)
            return;
        foreach (var block in blocks.EnumerateBlocks())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ids.Contains(block.Block.Id))
                _rowsOfIds.TryAdd(block.Block.Id, block.Row);
            var shared = new SortedDictionary<int, int>();
            foreach (var run in Runs(block.Block.Text).Distinct())
            {
                foreach (var p in passagesOfRun.GetValueOrDefault(run) ?? [])
                    shared[p] = shared.GetValueOrDefault(p) + 1;
            }
            foreach (var (p, count) in shared)
            {
                if (!_found.TryGetValue(texts[p], out var having))
                    _found[texts[p]] = having = [];
                having.Add(new PassageBlock(block.Row, block.Block.Text, (double)count / runs[p]));
            }
        }
    }

    /// <summary>The blocks that have something of the passage, by row.</summary>
    public IReadOnlyList<PassageBlock> Blocks(string passage) => _found.GetValueOrDefault(passage) ?? [];

    /// <summary>Row of the block with this id; null where the corpus has none.</summary>
    public long? Row(string blockId) => _rowsOfIds.TryGetValue(blockId, out var row) ? row : null;

    private static IEnumerable<int> Runs(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var from = 0; from + RunWords <= words.Length; from++)
        {
            // string.GetHashCode is another one in every process; which runs are sampled must not be.
            var hash = 2166136261u;
            for (var w = from; w < from + RunWords; w++)
            {
                foreach (var character in words[w])
                    hash = unchecked((hash ^ character) * 16777619u);
                hash = unchecked((hash ^ ' ') * 16777619u);
            }
            // The last characters alone would decide the low bits.
            yield return unchecked((int)(hash ^ (hash >> 15)));
        }
    }
}

/// <summary>A block that has something of a passage.</summary>
/// <param name="Share">How much of the passage's runs of words the block has, 0 to 1.</param>
public sealed record PassageBlock(long Row, string Text, double Share)
{
    /// <summary>The block has most of the passage.</summary>
    public bool HoldsMost => Share >= 0.5;
}
