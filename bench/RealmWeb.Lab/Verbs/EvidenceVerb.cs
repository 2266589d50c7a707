using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RealmWeb.Cli;
using RealmWeb.Cli.Verbs;
using RealmWeb.Lab.Evidence;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab evidence</c></summary>
internal static class EvidenceVerb
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "File of books and quotations, as RELiC publishes them.", Required = true };
        var model = CorpusOptions.Model();
        var left = new Option<int>("--left") { Description = "Sentences before the gap.", DefaultValueFactory = _ => 4 }.Between(0);
        var right = new Option<int>("--right") { Description = "Sentences behind the gap.", DefaultValueFactory = _ => 4 }.Between(0);
        var book = new Option<string?>("--book") { Description = "Only the book of this title." };
        var output = new Option<string?>("--per-question") { Description = "File for one JSON line a quotation." };
        var command = new Command(
            "evidence", "Which run of sentences of a book belongs into the gap of a text? Mean rank and recall by the quotation's length.")
        {
            data, model, left, right, book, output,
        };
        command.SetAction(VerbContext.Run(context =>
        {
            var seen = new EvidenceContext(context.Parsed.GetValue(left), context.Parsed.GetValue(right));
            if (seen.Left + seen.Right == 0)
                throw new ArgumentException("--left 0 --right 0 leaves no sentence to search with. Give at least one on one side.");
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            var books = Books(context.Parsed.GetValue(data)!, context.Parsed.GetValue(book));
            var outcomes = EvidenceRetrieval.Run(loaded, books, seen, context.Time, context.Progress, context.Cancelled);
            var perQuestion = context.Parsed.GetValue(output);
            if (perQuestion is not null)
                File.WriteAllLines(perQuestion, outcomes.Select(outcome => JsonSerializer.Serialize(outcome, JsonSerializerOptions.Web)));
            var all = EvidenceQuality.Of(outcomes);
            var byLength = EvidenceQuality.ByLength(outcomes);
            context.Print(
                new
                {
                    task = "evidence", n = all.Quotes, all.MeanRank, recallAt = all.RecallAt, all.MeanCandidates, byLength, books = books.Count,
                    left = seen.Left, right = seen.Right, perQuestion, model = loaded.Name,
                },
                [
                    $"{all.Quotes} quotations from {books.Count} books, {seen.Left} sentences before and {seen.Right} behind the gap",
                    "sentences  quotes  candidates  mean rank  " + string.Concat(EvidenceQuality.Depths.Select(k => $"@{k}".PadLeft(7))),
                    .. byLength.Select(entry => Line(entry.Key.ToString(CultureInfo.InvariantCulture), entry.Value)), Line("all", all),
                ]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IReadOnlyList<EvidenceBook> Books(string file, string? title)
    {
        var books = EvidenceFile.Read(file);
        if (title is null)
            return books;
        return books.Where(book => book.Title == title).ToList() is { Count: > 0 } found ? found
            : throw new InvalidDataException(
                $"{file} has no book \"{title}\". It has {string.Join(", ", books.Take(10).Select(book => $"\"{book.Title}\""))}.");
    }

    private static string Line(string name, EvidenceQuality quality) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,9}  {quality.Quotes,6}  {quality.MeanCandidates,10:F1}  {quality.MeanRank,9:F1}  ")
        + string.Concat(EvidenceQuality.Depths.Select(k => quality.RecallAt[k].ToString("F2", CultureInfo.InvariantCulture).PadLeft(7)));
}
