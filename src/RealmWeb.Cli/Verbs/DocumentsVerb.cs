using System.CommandLine;
using System.Globalization;
using RealmWeb.Data.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm documents …</c></summary>
internal static class DocumentsVerb
{
    private const int LargestPage = 1000;

    public static Command Create()
    {
        var verb = new Command("documents", "List and delete documents of a corpus.");
        verb.Subcommands.Add(List());
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
