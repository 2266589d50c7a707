namespace RealmWeb.Engine.Corpora;

/// <summary>The halves of a block, which may be embedded beside it (docs/decisions/0026-vectors-of-halves.md): a vector says more of a short text, and a
/// question is mostly about one half.</summary>
public static class BlockHalves
{
    /// <summary>Texts of a block at most: itself and two halves.</summary>
    public const int MostTexts = 3;

    // Less than this is short itself.
    private const int LeastCharacters = 400;

    /// <summary>What an index holds vectors of: the block alone, or <see cref="WithHalves"/>.</summary>
    public static IReadOnlyList<Block> Texts(Block block, bool halves) => halves ? WithHalves(block) : [block];

    /// <summary>The block, and behind it its halves if it has some: it is cut between sentences, tables or other units, never after a heading, at the border
    /// that is nearest the middle. A block that is short, or has no border in the middle half of its characters, is not cut.</summary>
    public static IReadOnlyList<Block> WithHalves(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        var text = block.Text;
        if (text.Length < LeastCharacters)
            return [block];
        var units = PassageUnits.Of(text).ToList();
        var borders = Enumerable.Range(1, Math.Max(0, units.Count - 1)).Where(i => !units[i - 1].IsHeading)
            .Select(i => (End: units[i - 1].Span.End, Next: units[i].Span.Start)).ToList();
        if (borders.Count == 0)
            return [block];
        var (end, next) = borders.MinBy(border => Math.Abs(border.End - (text.Length - border.Next)));
        return Math.Min(end, text.Length - next) < text.Length / 4 ? [block] : [block, Part(0, end), Part(next, text.Length)];

        Block Part(int from, int to) => Block.Create(block.Title, text[from..to], block.Start + from, block.Context);
    }
}
