using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>Which blocks hold which spans: an inverted index over the spans that are asked about.</summary>
/// <remarks>Words are compared in lower case, whole, whatever stands between them.</remarks>
internal sealed class SpanHolders
{
    // Of each span the blocks that hold it, by position; null once it stands in too many documents.
    private readonly Dictionary<string, List<int>?> _holders = new(StringComparer.Ordinal);

    // How often it stands in them, and in how many documents.
    private readonly Dictionary<string, (int Times, int Documents)> _counts = new(StringComparer.Ordinal);

    /// <param name="spans">What is looked for.</param>
    /// <param name="mostDocuments">A span that stands in more documents is given up.</param>
    public SpanHolders(IEnumerable<string> spans, IReadOnlyList<StoredBlock> blocks, int mostDocuments, CancellationToken cancellationToken)
    {
        var longest = 0;
        foreach (var span in spans)
        {
            var key = Words(span, out var count);
            if (count == 0)
                continue;
            _holders.TryAdd(key, []);
            longest = Math.Max(longest, count);
        }
        var byText = _holders.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var position = 0; position < blocks.Count; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = Words(blocks[position].Block.Text, out _);
            foreach (var (start, end) in Runs(text, longest))
            {
                if (!byText.TryGetValue(text.AsSpan(start, end - start), out var key, out var found) || found is null)
                    continue;
                var isNew = found.Count == 0 || blocks[found[^1]].DocumentId != blocks[position].DocumentId;
                var (times, documents) = _counts.GetValueOrDefault(key);
                _counts[key] = (times, documents) = (times + 1, documents + (isNew ? 1 : 0));
                if (found.Count == 0 || found[^1] != position)
                    found.Add(position);
                if (documents > mostDocuments)
                    _holders[key] = null;
            }
        }
    }

    /// <summary>Positions of the blocks that hold a span; empty where it is in no block, or in too many documents.</summary>
    public IReadOnlyList<int> Of(string span) => _holders.GetValueOrDefault(Words(span, out _)) ?? [];

    /// <summary>How often the span stands in a document that has it, in the mean. What a document is about recurs in it, while words of general language
    /// stand once here and once there (Church and Gale 1995).</summary>
    /// <returns>At least 1; 0 for a span that no block holds.</returns>
    public double TimesPerDocument(string span) =>
        _counts.TryGetValue(Words(span, out _), out var counts) ? (double)counts.Times / counts.Documents : 0;

    /// <summary>The words in lower case with one space between them.</summary>
    internal static string Words(string text, out int count)
    {
        var words = new StringBuilder(text.Length);
        count = 0;
        foreach (var span in SpanWords.Split(text))
        {
            if (!char.IsLetterOrDigit(text[span.Start]))
                continue;
            if (count++ > 0)
                words.Append(' ');
            foreach (var unit in text.AsSpan(span.Start, span.Length))
                words.Append(char.ToLowerInvariant(unit));
        }
        return words.ToString();
    }

    // All runs of one to so many words.
    private static IEnumerable<(int Start, int End)> Runs(string words, int longest)
    {
        for (var start = 0; start < words.Length;)
        {
            var end = start;
            for (var count = 0; count < longest && end < words.Length; count++)
            {
                var next = words.IndexOf(' ', end + 1);
                end = next < 0 ? words.Length : next;
                yield return (start, end);
            }
            var border = words.IndexOf(' ', start);
            start = border < 0 ? words.Length : border + 1;
        }
    }
}
