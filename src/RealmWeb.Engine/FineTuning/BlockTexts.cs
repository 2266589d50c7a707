using System.Collections.Concurrent;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Blocks with their word pieces, kept once fetched, since beams of the same questions bring the same blocks at every visit.</summary>
internal sealed class BlockTexts(RealmModel model, IBlockStore blocks)
{
    // About 1 KB of text and 5 KB of pieces each.
    private const int Kept = 50_000;

    private readonly ConcurrentDictionary<long, BlockText> _texts = new();

    /// <summary>The blocks by row; rows that are gone (deleted documents) are not in it.</summary>
    public IReadOnlyDictionary<long, BlockText> Get(IReadOnlyCollection<long> rows)
    {
        if (_texts.Count > Kept)
            _texts.Clear();
        var found = new Dictionary<long, BlockText>(rows.Count);
        var missing = new List<long>();
        foreach (var row in rows)
        {
            if (_texts.TryGetValue(row, out var text))
                found[row] = text;
            else
                missing.Add(row);
        }
        foreach (var stored in missing.Count == 0 ? [] : blocks.GetBlocks(missing))
            found[stored.Row] = _texts.GetOrAdd(stored.Row, new BlockText(model, stored.Block));
        return found;
    }
}

/// <summary>A block with what is computed from it when first needed.</summary>
internal sealed class BlockText(RealmModel model, Block block)
{
    private readonly Lazy<IReadOnlyList<Piece>> _body = new(() => model.Tokenizer.Encode(block.Text));
    private readonly Lazy<int[]> _ids = new(() => [.. model.Tokenizer.Encode(block.Text).Select(piece => piece.Id)]);
    private readonly Lazy<InputRow> _embedderRow = new(() => model.Inputs.Block(block));

    public string Text => block.Text;

    public IReadOnlyList<Piece> Body => _body.Value;

    public int[] PieceIds => _ids.Value;

    public InputRow EmbedderRow => _embedderRow.Value;
}
