using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>A part of a unit that is too long for a passage.</summary>
/// <param name="Cost">Of its room.</param>
/// <param name="Context">Head of the table that it goes on with; empty for the first part and for what is no table.</param>
internal readonly record struct UnitPart(TextSpan Span, int Cost, string Context);

/// <summary>Measures parts of a text and cuts those that are too long: at line ends, a line that is too long between words, a word within.</summary>
internal sealed class PassageCutter(string text, WordPieceTokenizer tokenizer)
{
    /// <summary>Characters that count as a piece at least. English has four to five; a word that no vocabulary holds is one piece however long it is.</summary>
    internal const int CharactersPerPiece = 12;

    // A head that takes more of the room than this part would leave too little for rows.
    private const int HeadShare = 4;

    internal int Cost(TextSpan span) =>
        Math.Max(tokenizer.CountPieces(text.AsSpan(span.Start, span.Length)), (span.Length + CharactersPerPiece - 1) / CharactersPerPiece);

    /// <summary>The parts in order; each begins a new passage but the first.</summary>
    /// <param name="first">Room for the first part.</param>
    /// <param name="room">Room for each other part with its context.</param>
    internal IEnumerable<UnitPart> Cut(PassageUnit unit, int first, int room)
    {
        var headCost = unit.Head.Length == 0 ? 0 : Cost(unit.Head);
        var head = headCost * HeadShare <= room ? unit.Head.Of(text) : "";
        var others = head.Length == 0 ? room : room - headCost;
        var (part, used, limit, context) = (default(TextSpan), 0, first, "");
        foreach (var line in Lines(unit.Span))
        {
            var cost = Cost(line);
            // The names of columns do not stand alone.
            if (used > 0 && used + cost > limit && part.End > unit.Head.End)
            {
                yield return new UnitPart(part, used, context);
                (used, limit, context) = (0, others, head);
            }
            if (used + cost <= limit)
            {
                part = used == 0 ? line : part with { End = line.End };
                used += cost;
                continue;
            }
            foreach (var (words, count) in CutLine(line, limit - used, others))
            {
                if (words.Start > line.Start)
                {
                    yield return new UnitPart(part, used, context);
                    (used, limit, context) = (0, others, head);
                }
                part = used == 0 ? words : part with { End = words.End };
                used += count;
            }
        }
        yield return new UnitPart(part, used, context);
    }

    private IEnumerable<TextSpan> Lines(TextSpan span)
    {
        for (var at = span.Start; at < span.End;)
        {
            var end = text.IndexOf('\n', at, span.End - at);
            if (end < 0)
                end = span.End;
            var last = end;
            while (last > at && char.IsWhiteSpace(text[last - 1]))
                last--;
            if (last > at)
                yield return new TextSpan(at, last);
            at = end + 1;
        }
    }

    private IEnumerable<(TextSpan Part, int Cost)> CutLine(TextSpan line, int first, int others)
    {
        var pieces = new List<Piece>();
        tokenizer.Encode(text.AsSpan(line.Start, line.Length), pieces);
        var room = Math.Max(1, first);
        var start = line.Start;
        for (var from = 0; start < line.End; room = others)
        {
            var cut = WordBorder(pieces, from, room, line.Start, start);
            var end = cut == pieces.Count ? line.End : line.Start + pieces[cut].Start;
            // Letters that no piece stands for, or a word that is one piece and longer than a passage.
            if (end - start > room * CharactersPerPiece)
            {
                end = start + room * CharactersPerPiece;
                end -= char.IsLowSurrogate(text[end]) ? 1 : 0;
                while (cut > from && line.Start + pieces[cut - 1].Start >= end)
                    cut--;
                cut = Math.Max(cut, from);
            }
            var last = end;
            while (last > start && char.IsWhiteSpace(text[last - 1]))
                last--;
            if (last > start)
                yield return (new TextSpan(start, last), Math.Max(cut - from, (last - start + CharactersPerPiece - 1) / CharactersPerPiece));
            (from, start) = (cut, end);
        }
    }

    // One past the last piece that has room; back to the end of a word where there is one.
    private static int WordBorder(List<Piece> pieces, int from, int room, int offset, int start)
    {
        var last = Math.Min(from + room, pieces.Count);
        while (last > from + 1 && offset + pieces[last - 1].End - start > room * CharactersPerPiece)
            last--;
        var cut = last;
        while (cut < pieces.Count && cut > from && pieces[cut].Word == pieces[cut - 1].Word)
            cut--;
        if (cut > from || from == pieces.Count)
            return cut;
        cut = last;
        // The pieces of one Hangul syllable share its place and cannot be parted.
        while (cut < pieces.Count && pieces[cut].Start < pieces[cut - 1].End)
            cut++;
        return cut;
    }
}
