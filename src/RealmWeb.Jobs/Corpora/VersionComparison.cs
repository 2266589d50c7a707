using DiffPlex;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Says what changed from one text of a document to another, by paragraphs; tables by their rows.</summary>
public static class VersionComparison
{
    /// <summary>Paragraphs that are named at most, those that are the same among them.</summary>
    public const int MostNamed = 1000;

    // The search for the shortest way from one text to the other takes 0.7 s of a processor for so many paragraphs of few kinds, and grows with their square.
    // In longer stretches everything counts as replaced.
    private const int MostCompared = 20_000;

    // Paragraphs shown before and behind what changed.
    private const int Around = 1;

    /// <param name="from">Number of the earlier version.</param>
    /// <param name="to">Number of the later one.</param>
    public static DocumentChanges Of(int from, string before, int to, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (old, now) = (Paragraphs.Of(before), Paragraphs.Of(after));
        var replaced = Replaced(old, now);
        var named = new List<ChangedParagraph>();
        var at = 0;
        foreach (var (start, removed, begin, added) in replaced)
        {
            AddSame(named, now.GetRange(at, begin - at), isLast: false);
            named.AddRange(old.GetRange(start, removed).Select(text => new ChangedParagraph(ParagraphChange.Removed, text)));
            named.AddRange(now.GetRange(begin, added).Select(text => new ChangedParagraph(ParagraphChange.Added, text)));
            at = begin + added;
        }
        AddSame(named, now.GetRange(at, now.Count - at), isLast: true);
        return new DocumentChanges(
            from, to, replaced.Sum(part => part.Added), replaced.Sum(part => part.Removed), [.. named.Take(MostNamed)], named.Count > MostNamed);
    }

    private static void AddSame(List<ChangedParagraph> named, List<string> same, bool isLast)
    {
        var (head, tail) = (named.Count == 0 ? 0 : Around, isLast ? 0 : Around);
        if (same.Count <= head + tail)
        {
            named.AddRange(same.Select(text => new ChangedParagraph(ParagraphChange.Same, text)));
            return;
        }
        named.AddRange(same.Take(head).Select(text => new ChangedParagraph(ParagraphChange.Same, text)));
        named.Add(new ChangedParagraph(ParagraphChange.LeftOut, "", same.Count - head - tail));
        named.AddRange(same.TakeLast(tail).Select(text => new ChangedParagraph(ParagraphChange.Same, text)));
    }

    // Stretches of old paragraphs and the new ones in their place.
    private static List<(int Start, int Removed, int Begin, int Added)> Replaced(List<string> old, List<string> now)
    {
        var head = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = Enumerable.Range(1, Math.Min(old.Count, now.Count) - head).TakeWhile(back => old[^back] == now[^back]).Count();
        var (removed, added) = (old.Count - head - tail, now.Count - head - tail);
        if (removed + added == 0)
            return [];
        if (removed == 0 || added == 0 || removed + added > MostCompared)
            return [(head, removed, head, added)];
        var difference = Differ.Instance.CreateDiffs(
            Paragraphs.Join(old.GetRange(head, removed)), Paragraphs.Join(now.GetRange(head, added)), ignoreWhiteSpace: false, ignoreCase: false,
            new Paragraphs());
        return [.. difference.DiffBlocks.Select(block =>
            (head + block.DeleteStartA, block.DeleteCountA, head + block.InsertStartB, block.InsertCountB))];
    }

    /// <summary>Cuts a text into its paragraphs, and tables into their rows.</summary>
    private sealed class Paragraphs : IChunker
    {
        public IReadOnlyList<string> Chunk(string text) => Of(text);

        public static string Join(IEnumerable<string> paragraphs) => string.Join("\n\n", paragraphs);

        public static List<string> Of(string text)
        {
            var paragraphs = new List<string>();
            var lines = new List<string>();
            foreach (var line in text.Split('\n'))
            {
                var isRow = line.Contains(" | ", StringComparison.Ordinal);
                if (isRow || string.IsNullOrWhiteSpace(line))
                    End();
                if (isRow)
                    paragraphs.Add(line);
                else if (!string.IsNullOrWhiteSpace(line))
                    lines.Add(line);
            }
            End();
            return paragraphs;

            void End()
            {
                if (lines.Count > 0)
                    paragraphs.Add(string.Join('\n', lines));
                lines.Clear();
            }
        }
    }
}
