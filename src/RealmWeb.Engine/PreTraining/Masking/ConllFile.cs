using System.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Where a word stands in a span.</summary>
public enum SpanTag
{
    /// <summary>First word of a span.</summary>
    Begin,

    /// <summary>Further word of a span.</summary>
    Inside,

    /// <summary>In no span.</summary>
    Outside,
}

/// <summary>A labelled sentence; as many tags as words, at least one, and no <see cref="SpanTag.Inside"/> behind <see cref="SpanTag.Outside"/>.</summary>
public sealed record ConllSentence(IReadOnlyList<string> Words, IReadOnlyList<SpanTag> Tags);

/// <summary>Reads files of the form of CoNLL-2003: a word a line, columns between blanks or tabs, the tag in the last, an empty line behind a
/// sentence.</summary>
/// <remarks>Tags are O, or B- or I- with a type; both customs are understood: that each span begins with B-, and that of 2003, where B- only parts two
/// spans that touch. The types are not kept: what is salient is what is a span.</remarks>
public static class ConllFile
{
    private const int LongestLine = 10_000, LongestSentence = 5_000;

    /// <exception cref="InvalidDataException">A line is not of this form; the message gives its number and what stands there.</exception>
    public static IEnumerable<ConllSentence> Read(string path)
    {
        var (words, tags, type, number, any) = (new List<string>(), new List<SpanTag>(), "O", 0, false);
        foreach (var line in Lines(path))
        {
            number++;
            var fields = line.Length > LongestLine ? throw Failure($"has {line.Length} characters; at most {LongestLine} are read")
                : line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || fields[0] == "-DOCSTART-")
            {
                if (words.Count > 0)
                    yield return new ConllSentence(words, tags);
                (words, tags, type) = ([], [], "O");
                continue;
            }
            if (fields.Length == 1)
                throw Failure($"has the single column '{Short(fields[0])}'; a word and its tag belong there");
            if (line.Contains('\0', StringComparison.Ordinal))
                throw Failure("has a NUL character; is the file text?");
            if (words.Count == LongestSentence)
                throw Failure($"goes on a sentence of {LongestSentence} words; an empty line belongs between sentences");
            var tag = fields[^1];
            var isSpan = tag.Length > 2 && tag[0] is 'B' or 'I' && tag.Length > 2 && tag[1] == '-';
            if (!isSpan && tag != "O")
                throw Failure($"has the tag '{Short(tag)}'; O, B-TYPE and I-TYPE are known");
            words.Add(fields[0]);
            tags.Add(!isSpan ? SpanTag.Outside : tag[0] == 'B' || type != tag[2..] ? SpanTag.Begin : SpanTag.Inside);
            type = isSpan ? tag[2..] : "O";
            any = true;
        }
        if (words.Count > 0)
            yield return new ConllSentence(words, tags);
        if (!any)
            throw new InvalidDataException($"{path} has no labelled word. Give a file with a word and its tag a line.");

        InvalidDataException Failure(string what) => new($"{path} line {number} {what}.");
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (var number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException failure)
            {
                throw new InvalidDataException($"{path} is no UTF-8 text at line {number} or soon after. Convert it to UTF-8.", failure);
            }
            if (line is null)
                yield break;
            yield return line;
        }
    }

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
