using System.Globalization;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which columns of a table hold id, title and text, by number from 0; -1 for none.</summary>
/// <param name="Names">Of all columns.</param>
/// <param name="HasHeader">The first row holds the names.</param>
internal sealed record DelimitedColumns(IReadOnlyList<string> Names, bool HasHeader, int Id, int Title, int Text)
{
    private const int LongestName = 40;
    private const int LongestId = 200;

    /// <summary>The columns, or the reason why the text is not found.</summary>
    /// <param name="rows">The first rows; the first of them may be the header.</param>
    internal static (DelimitedColumns? Columns, string? Reason) Find(IReadOnlyList<IReadOnlyList<string>> rows, CorpusReadOptions options)
    {
        var first = rows[0];
        string[] numbers = [.. Enumerable.Range(1, first.Count).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        var chosen = DocumentFields.Pick(numbers, options);
        if (options.TextField is not null && chosen.Text is not null)
            return (Of(numbers, chosen, IsHeader(first)), null);
        var picked = DocumentFields.Pick(first, options);
        if (picked.Text is not null)
            return (Of(first, picked, hasHeader: true), null);
        return options.TextField is null && !IsHeader(first)
            ? (Guess(numbers, rows), null)
            : (null, $"{DocumentFields.Missing(first, options)} In a table its number does as well, from 1.");
    }

    private static DelimitedColumns Of(IReadOnlyList<string> names, DocumentFields fields, bool hasHeader)
    {
        return new DelimitedColumns(names, hasHeader, IndexOf(fields.Id), IndexOf(fields.Title), IndexOf(fields.Text));

        int IndexOf(string? name) => name is null ? -1 : names.ToList().IndexOf(name);
    }

    // Without names: the longest column is the text, one before it whose values differ is the id, the next one the title.
    private static DelimitedColumns Guess(string[] numbers, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var whole = rows.Where(row => row.Count == numbers.Length).ToList();
        var text = Enumerable.Range(0, numbers.Length).MaxBy(column => whole.Sum(row => (long)row[column].Length));
        var others = Enumerable.Range(0, numbers.Length).Where(column => column != text).ToList();
        var id = others.Where(IsId).DefaultIfEmpty(-1).First();
        var title = others.Where(column => column != id).DefaultIfEmpty(-1).First();
        return new DelimitedColumns(numbers, HasHeader: false, id, title, text);

        bool IsId(int column) =>
            whole.All(row => row[column].Length is > 0 and <= LongestId) && whole.DistinctBy(row => row[column]).Count() == whole.Count;
    }

    // Names are short, differ, and are neither numbers nor sentences.
    private static bool IsHeader(IReadOnlyList<string> row) =>
        row.All(field => field.Trim() is { Length: > 0 and <= LongestName } name && name[^1] != '.'
            && !double.TryParse(name, CultureInfo.InvariantCulture, out _))
        && row.Distinct(StringComparer.OrdinalIgnoreCase).Count() == row.Count;
}
