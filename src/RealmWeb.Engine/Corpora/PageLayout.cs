namespace RealmWeb.Engine.Corpora;

/// <summary>A word of a document's text where it stands on its page, in points from the upper left corner.</summary>
/// <param name="Start">Its first character in the text, UTF-16.</param>
/// <param name="End">One past its last character. A word that was parted at the end of a line is two of these.</param>
public readonly record struct PlacedWord(int Start, int End, float Left, float Top, float Right, float Bottom);

/// <summary>The words of a page at their places.</summary>
/// <param name="Width">Of the page as it is shown, in points.</param>
/// <param name="Words">In the order of the text; words that were left out of the text, such as numbers of pages, are not among them.</param>
public sealed record PageLayout(float Width, float Height, IReadOnlyList<PlacedWord> Words)
{
    // Half a point is less than the width of an i.
    private const float Steps = 2;

    /// <summary>What of the page a span of the text covers: a box for each word, those of a line that follow each other as one.</summary>
    public IReadOnlyList<PlacedWord> Boxes(int start, int end)
    {
        var boxes = new List<PlacedWord>();
        foreach (var word in Words)
        {
            if (word.End <= start || word.Start >= end)
                continue;
            if (boxes.Count > 0 && boxes[^1] is var last && IsOneLine(last, word))
                boxes[^1] = last with { End = word.End, Right = word.Right, Top = Math.Min(last.Top, word.Top), Bottom = Math.Max(last.Bottom, word.Bottom) };
            else
                boxes.Add(word);
        }
        return boxes;
    }

    /// <summary>Some six bytes a word: each number as what it differs by from the one before.</summary>
    public byte[] Encode()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write7BitEncodedInt(Step(Width));
        writer.Write7BitEncodedInt(Step(Height));
        writer.Write7BitEncodedInt(Words.Count);
        var (at, right, top, height) = (0, 0, 0, 0);
        foreach (var word in Words)
        {
            var (left, upper) = (Step(word.Left), Step(word.Top));
            Signed(word.Start - at);
            writer.Write7BitEncodedInt(word.End - word.Start);
            Signed(left - right);
            Signed(upper - top);
            (right, top, at) = (Math.Max(left, Step(word.Right)), upper, word.End);
            writer.Write7BitEncodedInt(right - left);
            var high = Math.Max(0, Step(word.Bottom) - upper);
            Signed(high - height);
            height = high;
        }
        writer.Flush();
        return bytes.ToArray();

        void Signed(int number) => writer.Write7BitEncodedInt((number << 1) ^ (number >> 31));
    }

    /// <exception cref="EndOfStreamException">That is no layout.</exception>
    public static PageLayout Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var (width, pageHeight) = (reader.Read7BitEncodedInt() / Steps, reader.Read7BitEncodedInt() / Steps);
        var words = new PlacedWord[reader.Read7BitEncodedInt()];
        var (at, right, top, height) = (0, 0, 0, 0);
        for (var i = 0; i < words.Length; i++)
        {
            var start = at + Signed();
            at = start + reader.Read7BitEncodedInt();
            var left = right + Signed();
            top += Signed();
            right = left + reader.Read7BitEncodedInt();
            height += Signed();
            words[i] = new PlacedWord(start, at, left / Steps, top / Steps, right / Steps, (top + height) / Steps);
        }
        return new PageLayout(width, pageHeight, words);

        int Signed() => reader.Read7BitEncodedInt() is var number && (number & 1) == 0 ? (int)((uint)number >> 1) : ~(int)((uint)number >> 1);
    }

    private static int Step(float points) => (int)MathF.Round(points * Steps);

    private static bool IsOneLine(PlacedWord last, PlacedWord word) =>
        word.Top < last.Bottom && word.Bottom > last.Top && word.Left >= last.Left && word.Left - last.Right < 1.5 * (word.Bottom - word.Top);
}
