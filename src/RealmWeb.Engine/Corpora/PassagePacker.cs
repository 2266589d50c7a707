using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Packs the units of one document into passages.</summary>
/// <param name="room">Pieces of a passage without its title.</param>
internal sealed class PassagePacker(Document document, PassageCutter cutter, int room)
{
    // Levels of headings that may stand one below the other; more short lines are a list.
    private const int MostHeadings = 3;

    private readonly List<(TextSpan Span, int Cost, bool IsHeading)> _parts = [];
    private string _context = "";
    private int _used;

    internal IEnumerable<Block> Pack()
    {
        foreach (var unit in PassageUnits.Of(document.Text))
        {
            if (unit.IsApart && _parts.Count > 0)
                yield return Close();
            var cost = cutter.Cost(unit.Span);
            if (_parts.Count > 0 && _used + Gap(unit.Span) + cost > room && TrailingHeadings() is var headings && headings < _parts.Count)
                yield return Close(headings);
            if (_used + cost <= room)
            {
                Add(unit.Span, cost, unit.IsHeading);
                continue;
            }
            var isFirst = true;
            foreach (var part in cutter.Cut(unit, room - _used, room))
            {
                if (!isFirst)
                {
                    yield return Close();
                    (_context, _used) = (part.Context, part.Context.Length == 0 ? 0 : cutter.Cost(unit.Head));
                }
                isFirst = false;
                Add(part.Span, part.Cost, isHeading: false);
            }
        }
        if (_parts.Count > 0)
            yield return Close();
    }

    private void Add(TextSpan span, int cost, bool isHeading)
    {
        _used += Gap(span) + cost;
        _parts.Add((span, cost, isHeading));
    }

    // Blank lines without end count as well.
    private int Gap(TextSpan next) => _parts.Count == 0 ? 0 : (next.Start - _parts[^1].Span.End) / PassageCutter.CharactersPerPiece;

    private int TrailingHeadings()
    {
        var (count, cost) = (0, 0);
        while (count < Math.Min(MostHeadings, _parts.Count) && _parts[^(count + 1)] is { IsHeading: true } part && (cost += part.Cost) <= room / 2)
            count++;
        return count;
    }

    // Makes a block of what is packed, but for the last parts, which begin the next one.
    private Block Close(int carried = 0)
    {
        var (first, last) = (_parts[0].Span, _parts[^(carried + 1)].Span);
        var block = Block.Create(document.Title, document.Text[first.Start..last.End], first.Start, _context);
        _parts.RemoveRange(0, _parts.Count - carried);
        (_context, _used) = ("", _parts.Sum(part => part.Cost));
        return block;
    }
}
