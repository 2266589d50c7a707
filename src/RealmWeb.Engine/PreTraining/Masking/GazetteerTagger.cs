using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Finds the names of a list: exactly as written there, whole words, the longest where several begin at a place.</summary>
/// <remarks>Time does not depend on the length of the list. Safe for concurrent use.</remarks>
public sealed class GazetteerTagger : ISalientSpanTagger
{
    /// <summary>Characters of a name at most.</summary>
    public const int LongestName = 200;

    // Every beginning of a name up to a border between words, and whether it is a name itself.
    private readonly Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> _beginnings;

    /// <param name="names">White space at the ends is taken off; text is brought into stored form as corpora are.</param>
    /// <exception cref="ArgumentException">A name is longer than <see cref="LongestName"/>.</exception>
    public GazetteerTagger(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var beginnings = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var given in names)
        {
            var name = TextNormalization.Normalize(given).Trim();
            if (name.Length > LongestName)
                throw new ArgumentException(
                    $"The name '{name[..40]}…' has {name.Length} characters; a name has at most {LongestName}. Write one name a line.", nameof(names));
            for (var end = 0; end < name.Length;)
            {
                end = Border(name, end);
                var beginning = name[..end];
                beginnings[beginning] = end == name.Length || beginnings.GetValueOrDefault(beginning);
            }
            Count += name.Length > 0 ? 1 : 0;
        }
        _beginnings = beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Names read.</summary>
    public int Count { get; }

    /// <summary>Reads a list: UTF-8, one name a line, empty lines between.</summary>
    /// <exception cref="InvalidDataException">The file is no UTF-8 text, has no name, or has one that is too long.</exception>
    public static GazetteerTagger Load(string path)
    {
        GazetteerTagger tagger;
        try
        {
            tagger = new GazetteerTagger(File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"The list of names {path} cannot be used: {failure.Message}", failure);
        }
        return tagger.Count > 0 ? tagger : throw new InvalidDataException($"The list of names {path} has no name. Write one name a line.");
    }

    public IReadOnlyList<TextSpan> Tag(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        List<TextSpan>? spans = null;
        for (var at = 0; at < sentence.Length;)
        {
            var found = 0;
            for (var end = at; end < sentence.Length;)
            {
                end = Border(sentence, end);
                if (!_beginnings.TryGetValue(sentence.AsSpan(at, end - at), out var isName))
                    break;
                found = isName ? end : found;
            }
            if (found > 0)
                (spans ??= []).Add(new TextSpan(at, found));
            at = found > 0 ? found : Border(sentence, at);
        }
        return spans ?? (IReadOnlyList<TextSpan>)[];
    }

    // The end of the word, or of the single mark or blank, that begins here.
    private static int Border(string text, int at)
    {
        if (!char.IsLetterOrDigit(text[at]))
            return at + 1;
        while (at < text.Length && char.IsLetterOrDigit(text[at]))
            at++;
        return at;
    }
}
