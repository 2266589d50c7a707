using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm evaluate --task evidence</c></summary>
internal sealed class EvidenceTask
{
    private readonly Option<int> _left = new("--left") { Description = "With --task evidence: sentences before the gap.", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _right = new("--right") { Description = "With --task evidence: sentences behind the gap.", DefaultValueFactory = _ => 4 };
    private readonly Option<string?> _book = new("--book") { Description = "With --task evidence: only the book of this title." };

    public void AddTo(Command command)
    {
        command.Add(_left);
        command.Add(_right);
        command.Add(_book);
    }

    public void Run(VerbContext context, RealmModel model, string file, string? perQuestion)
    {
        var seen = new EvidenceContext(context.Parsed.GetValue(_left), context.Parsed.GetValue(_right));
        if (seen.Left < 0 || seen.Right < 0 || seen.Left + seen.Right == 0)
            throw new ArgumentException($"--left {seen.Left} --right {seen.Right} leaves no sentence to search with. Give at least one on one side.");
        var books = EvidenceFile.Read(file);
        if (context.Parsed.GetValue(_book) is { } title)
            books = books.Where(book => book.Title == title).ToList() is { Count: > 0 } found ? found
                : throw new InvalidDataException($"{file} has no book \"{title}\". It has {string.Join(", ", books.Take(10).Select(book => $"\"{book.Title}\""))}.");
        var outcomes = EvidenceRetrieval.Run(model, books, seen, context.Time, context.Progress, context.Cancelled);
        if (perQuestion is not null)
            File.WriteAllLines(perQuestion, outcomes.Select(outcome => JsonSerializer.Serialize(outcome, JsonSerializerOptions.Web)));
        var all = EvidenceQuality.Of(outcomes);
        var byLength = EvidenceQuality.ByLength(outcomes);
        context.Print(
            new
            {
                task = "evidence", n = all.Quotes, all.MeanRank, recallAt = all.RecallAt, all.MeanCandidates, byLength, books = books.Count,
                left = seen.Left, right = seen.Right, perQuestion, model = model.Name,
            },
            [
                $"{all.Quotes} quotations from {books.Count} books, {seen.Left} sentences before and {seen.Right} behind the gap",
                "sentences  quotes  candidates  mean rank  " + string.Concat(EvidenceQuality.Depths.Select(k => $"@{k}".PadLeft(7))),
                .. byLength.Select(entry => Line(entry.Key.ToString(CultureInfo.InvariantCulture), entry.Value)), Line("all", all),
            ]);
    }

    private static string Line(string name, EvidenceQuality quality) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,9}  {quality.Quotes,6}  {quality.MeanCandidates,10:F1}  {quality.MeanRank,9:F1}  ")
        + string.Concat(EvidenceQuality.Depths.Select(k => quality.RecallAt[k].ToString("F2", CultureInfo.InvariantCulture).PadLeft(7)));
}

/// <summary>What `realm evaluate` measures.</summary>
internal enum EvaluationTask
{
    /// <summary>Question lines.</summary>
    Answers,

    /// <summary>Quotations that belong into gaps.</summary>
    Evidence,
}
