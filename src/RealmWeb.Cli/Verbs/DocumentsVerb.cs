using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm documents …</c></summary>
internal static class DocumentsVerb
{
    private const int LargestPage = 1000;

    public static Command Create()
    {
        var verb = new Command("documents", "List and delete documents of a corpus, and show what they said before.");
        verb.Subcommands.Add(List());
        verb.Subcommands.Add(Versions());
        verb.Subcommands.Add(Delete());
        return verb;
    }

    private static Command List()
    {
        var corpus = CorpusOptions.Corpus();
        var search = new Option<string>("--search") { Description = "Part of the title or the id.", DefaultValueFactory = _ => "" };
        var page = new Option<int>("--page") { Description = "Page, from 1.", DefaultValueFactory = _ => 1 }.Between(1);
        var size = new Option<int>("--page-size")
        {
            Description = $"Documents a page, 1 to {LargestPage}.", DefaultValueFactory = _ => 50,
        }.Between(1, LargestPage);
        var command = new Command("list", "Documents by title.") { corpus, search, page, size };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var rows = store.Documents.List(context.Parsed.GetValue(search)!, context.Parsed.GetValue(page), context.Parsed.GetValue(size));
            context.Print(
                new { documents = rows.Documents, total = rows.Total, page = context.Parsed.GetValue(page) },
                [.. rows.Documents.Select(row => $"{row.SourceId}\t{row.Title}\t{Wording.Count(row.Blocks, "passage")}"),
                    string.Create(CultureInfo.InvariantCulture, $"{rows.Documents.Count} of {rows.Total} documents")]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Versions()
    {
        var id = new Argument<string>("ID") { Description = "Id of the document, as `realm documents list` shows it." };
        var corpus = CorpusOptions.Corpus();
        var number = new Option<int>("--number") { Description = "Show the text of this version." }.Between(1);
        var against = new Option<int>("--against") { Description = "With --number: show what changed between that version and this one." }.Between(1);
        against.Validators.Add(result =>
        {
            if (result.GetResult(number) is null)
                result.AddError("--against compares two versions. Name the other one with --number.");
        });
        var command = new Command("versions", "The texts that a document has and had, as far as they are kept.") { id, corpus, number, against };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var document = Find(store, context.Parsed.GetValue(id)!);
            if (context.Parsed.GetValue(number) is not (> 0 and var shown))
                PrintList(context, store, document);
            else if (context.Parsed.GetValue(against) is > 0 and var other)
                PrintChanges(context, store, document, Math.Min(shown, other), Math.Max(shown, other));
            else
                context.Print(new { number = shown, text = Text(store, document, shown) }, [Text(store, document, shown)]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void PrintList(VerbContext context, CorpusStore store, long document)
    {
        var versions = store.Versions.Of(document);
        context.Print(
            new
            {
                versions = versions.Select(version => new
                {
                    version.Number, version.Title, version.Characters, hash = Convert.ToHexStringLower(version.ContentHash), version.Origin,
                    at = version.Made.At, by = version.Made.By?.By, run = version.Made.By?.Run, version.IsCurrent,
                }),
            },
            versions.Select(version => string.Create(CultureInfo.InvariantCulture,
                $"{version.Number}{(version.IsCurrent ? " (current)" : "")}\t{version.Made.At:yyyy-MM-dd HH:mm}\t{version.Made.By?.By}\t")
                + Wording.Count(version.Characters, "character")));
    }

    private static void PrintChanges(VerbContext context, CorpusStore store, long document, int from, int to)
    {
        var changes = VersionComparison.Of(from, Text(store, document, from), to, Text(store, document, to));
        context.Print(changes, changes.Paragraphs.Select(paragraph => paragraph.Change switch
        {
            ParagraphChange.Added => $"+ {paragraph.Text}",
            ParagraphChange.Removed => $"- {paragraph.Text}",
            ParagraphChange.LeftOut => $"… {Wording.Count(paragraph.Count, "paragraph")} the same",
            _ => $"  {paragraph.Text}",
        }));
    }

    private static string Text(CorpusStore store, long document, int number) => store.Versions.Text(document, number)
        ?? throw new ArgumentException($"Version {number} is not kept. `realm documents versions` without --number lists those that are.");

    private static Command Delete()
    {
        var ids = new Argument<string[]>("ID") { Description = "Ids of the documents, as `realm documents list` shows them.", Arity = ArgumentArity.OneOrMore };
        var corpus = CorpusOptions.Corpus();
        var command = new Command("delete", "Delete documents; no answer comes from them any more. All are deleted or none.") { ids, corpus };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var given = context.Parsed.GetValue(ids)!.Distinct().ToList();
            var deleted = store.Documents.Delete(given.ConvertAll(id => Find(store, id)));
            context.Print(
                new { corpus = store.Name, deleted, documents = store.Info().Documents },
                [string.Create(CultureInfo.InvariantCulture, $"Deleted {deleted}; the corpus has {store.Info().Documents} documents.")]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static long Find(CorpusStore store, string id) => store.Documents.FindId(id)
        ?? throw new ArgumentException(
            $"There is no document {id} in \"{store.Name}\". `realm documents list --corpus {store.Name} --search PART` shows the ids.");
}
