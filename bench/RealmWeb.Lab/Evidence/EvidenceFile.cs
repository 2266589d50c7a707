using System.IO.Compression;
using System.Text.Json;
using RealmWeb.Engine.Text;

namespace RealmWeb.Lab.Evidence;

/// <summary>A quotation that stands at a gap of a text about a book.</summary>
/// <param name="Left">Sentences before the gap, in order.</param>
/// <param name="Start">Number of the quotation's first sentence in the book.</param>
/// <param name="Length">Its sentences.</param>
/// <param name="Right">Sentences behind the gap, in order.</param>
public sealed record EvidenceQuote(string Id, IReadOnlyList<string> Left, int Start, int Length, IReadOnlyList<string> Right);

/// <summary>A book and the quotations from it.</summary>
/// <param name="Starts">By number of sentences: first sentences of the runs that may be quoted. Lengths that are missing may start anywhere.</param>
public sealed record EvidenceBook(
    string Title, IReadOnlyList<string> Sentences, IReadOnlyList<EvidenceQuote> Quotes, IReadOnlyDictionary<int, IReadOnlyList<int>> Starts)
{
    /// <summary>First sentences of the candidates for quotations of a length: what the file lists, else every run.</summary>
    public IReadOnlyList<int> StartsFor(int length) =>
        Starts.TryGetValue(length, out var given) ? given : [.. Enumerable.Range(0, Math.Max(0, Sentences.Count - length + 1))];
}

/// <summary>Reads books with quotations in the form that RELiC is published in (Thai et al. 2022), plain or gzipped:
/// {"title": {"sentences": […], "quotes": {"id": [[left…], first sentence, sentences, [right…]]}, "candidates": {"1_sentence": […], …}}}.</summary>
public static class EvidenceFile
{
    private const int LongestQuote = 100;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is of another form; the message names the book and the quotation.</exception>
    public static IReadOnlyList<EvidenceBook> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}. Check the path.", path);
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            using var json = JsonDocument.Parse(content);
            var books = json.RootElement.EnumerateObject().Select(entry => ReadBook(entry.Name, entry.Value, path)).ToList();
            return books.Count > 0 ? books : throw new InvalidDataException($"{path} holds no book.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The element accessors throw the latter where a field is missing or has another type.
            throw new InvalidDataException(
                $"{path} is no file of books with quotations ({failure.Message}) Each book is {{\"sentences\": […], \"quotes\": {{\"id\": [[left…], first, "
                + $"count, [right…]]}}}}.", failure);
        }
    }

    private static EvidenceBook ReadBook(string title, JsonElement book, string path)
    {
        var sentences = Texts(book.GetProperty("sentences"));
        var starts = new Dictionary<int, IReadOnlyList<int>>();
        if (book.TryGetProperty("candidates", out var candidates))
        {
            foreach (var entry in candidates.EnumerateObject())
            {
                if (!int.TryParse(entry.Name.Split('_')[0], out var length) || length < 1)
                    throw new InvalidDataException($"{path}, book \"{title}\": \"{entry.Name}\" is no length of candidates; one looks like 2_sentence.");
                starts[length] = [.. entry.Value.EnumerateArray().Select(start => start.GetInt32())];
                if (starts[length].Any(start => start < 0 || start > sentences.Count - length))
                    throw new InvalidDataException(
                        $"{path}, book \"{title}\": a candidate of {length} sentences does not lie within the book's {sentences.Count}.");
            }
        }
        var quotes = new List<EvidenceQuote>();
        foreach (var entry in book.GetProperty("quotes").EnumerateObject())
        {
            var quote = new EvidenceQuote(entry.Name, Texts(entry.Value[0]), entry.Value[1].GetInt32(), entry.Value[2].GetInt32(), Texts(entry.Value[3]));
            if (quote.Length is < 1 or > LongestQuote || quote.Start < 0 || quote.Start > sentences.Count - quote.Length)
                throw new InvalidDataException(
                    $"{path}, quotation {quote.Id} of \"{title}\": sentences {quote.Start} to {quote.Start + (long)quote.Length} do not lie within the book's "
                    + $"{sentences.Count}.");
            if (starts.TryGetValue(quote.Length, out var listed) && !listed.Contains(quote.Start))
                throw new InvalidDataException(
                    $"{path}, quotation {quote.Id} of \"{title}\": sentence {quote.Start} is not among the book's candidates of {quote.Length} sentences.");
            quotes.Add(quote);
        }
        return new EvidenceBook(title, sentences, quotes, starts);
    }

    private static List<string> Texts(JsonElement list) =>
        [.. list.EnumerateArray().Select(text => TextNormalization.Normalize(text.GetString() ?? "").Trim())];
}
