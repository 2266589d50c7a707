using System.CommandLine;
using System.Globalization;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm import</c></summary>
internal static class ImportVerb
{
    private const int MostNamed = 1000;
    private const int DepartedShown = 20;

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files, folders and archives.", Arity = ArgumentArity.OneOrMore };
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var format = new Option<string?>("--format")
        {
            Description = "Read every plain file as this format (txt, md, html, jsonl, json, csv, tsv, blocks-npy, blocks-tfr) whatever its name.",
        };
        var text = new Option<string?>("--text-column") { Description = "Column of tables, by name or number from 1, or field of JSON that holds the text." };
        var title = new Option<string?>("--title-column") { Description = "The same for the title." };
        var pieces = new Option<int?>("--block-pieces")
        {
            Description = $"Wordpieces of a passage at most; default: as the corpus was cut before, {BlockSplitter.DefaultMaxPieces} in a new one, "
                + $"{BlockSplitter.ReleasedMaxPieces} in a new one of published passages.",
        };
        var questions = new Option<bool>("--from-questions")
        {
            Description = "The paths are question files: their passages become the documents, one a title.",
        };
        var part = new Option<string?>("--part") { Description = "With --from-questions: i/n, only the passages of part i of n." };
        var prune = new Option<bool>("--prune")
        {
            Description = "Delete documents that came from these files and folders and are not in them any more. Those of files that were skipped stay.",
        };
        var dry = new Option<bool>("--dry-run")
        {
            Description = "Change nothing: say what would be added, changed and, with --prune, deleted. Tried on a copy of the corpus, which must exist.",
        };
        var versions = new Option<int>("--keep-versions")
        {
            Description = "How many former texts of each document of the corpus are kept; 0 keeps none.", DefaultValueFactory = _ => VersionLimits.DefaultCount,
        }.Between(0, 1000);
        var command = new Command("import", "Put documents into a corpus, which is made if it does not exist. Importing the same again changes nothing.")
        {
            paths, corpus, model, format, text, title, pieces, questions, part, prune, dry, versions,
        };
        command.SetAction(VerbContext.Run(context =>
        {
            var given = context.Parsed.GetValue(paths)!;
            CorpusImporter.Require(given);
            var vocabulary = Vocabulary.Load(context.FindModel(context.Parsed.GetValue(model)).VocabularyFile);
            var name = context.Parsed.GetValue(corpus)!;
            var started = context.Time.GetTimestamp();
            var options = new CorpusReadOptions
            {
                Format = context.Parsed.GetValue(format), TextField = context.Parsed.GetValue(text), TitleField = context.Parsed.GetValue(title),
                ScratchFolder = context.Paths.Scratch,
            };
            var key = CorpusImporter.KeyOf(given, options);
            using var passages = context.Parsed.GetValue(questions) ? PassageFile.Write(context.Paths.Scratch, given, context.Parsed.GetValue(part)) : null;
            if (passages is not null)
                given = [passages.Path];
            using var copy = context.Parsed.GetValue(dry) ? context.Corpora.Open(name).Copy(context.Paths.Scratch) : null;
            var changes = new List<(string Document, UpsertOutcome Outcome)>();
            ImportResult Read(CorpusStore store) => CorpusImporter.Import(
                store, new WordPieceTokenizer(vocabulary), given, key,
                options, context.Parsed.GetValue(pieces), passages,
                progress => context.Progress.Report(new OperationProgress(
                    "Importing", progress.BytesRead >> 10, Math.Max(1, progress.BytesTotal >> 10), "KiB",
                    (progress.BytesRead >> 10) / Math.Max(1e-3, context.Time.GetElapsedTime(started).TotalSeconds))),
                skipped => context.Progress.Log("warning", $"Skipped {skipped.Path}: {skipped.Reason}"),
                (document, outcome) =>
                {
                    if (outcome != UpsertOutcome.Unchanged && changes.Count < MostNamed)
                        changes.Add((document.SourceId, outcome));
                },
                importer: new Importer("the realm command"), versions: VersionLimits.Default with { Count = context.Parsed.GetValue(versions) },
                cancellationToken: context.Cancelled);
            var (done, departed) = copy is null ? CorpusImporter.ImportInto(context.Corpora, name, Read) : Read(copy.Store);
            var store = copy?.Store ?? context.Corpora.Open(name);
            var pruned = context.Parsed.GetValue(prune) ? store.Documents.Delete(departed.Select(document => document.Id)) : 0;
            var info = store.Info();
            IEnumerable<string> Named(UpsertOutcome outcome) => changes.Where(change => change.Outcome == outcome).Select(change => change.Document);
            var lines = Lines(done, info, departed, context.Parsed.GetValue(prune));
            context.Print(
                new
                {
                    corpus = info.Name, documents = done.Documents, blocks = info.Blocks,
                    added = done.Added, changed = done.Changed, unchanged = done.Unchanged,
                    skipped = done.Skipped, skippedCount = done.SkippedCount, remarks = done.Remarks,
                    toldApart = done.ToldApart, departed = departed.Take(MostNamed),
                    departedCount = departed.Count, pruned, seconds = context.Time.GetElapsedTime(started).TotalSeconds,
                    dryRun = copy is not null, addedDocuments = Named(UpsertOutcome.Added), changedDocuments = Named(UpsertOutcome.Changed),
                },
                copy is null ? lines : [.. changes.Select(Line), "Dry run: nothing was changed. This is what would be:", .. lines]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static string Line((string Document, UpsertOutcome Outcome) change) =>
        $"  {(change.Outcome == UpsertOutcome.Added ? "new      " : "changed  ")}{change.Document}";

    private static IEnumerable<string> Lines(ImportProgress done, CorpusInfo info, IReadOnlyList<DepartedDocument> departed, bool pruned)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Added} documents added, {done.Changed} changed, {done.Unchanged} unchanged, {done.SkippedCount} skipped; "
            + $"the corpus has {info.Documents} documents in {info.Blocks} passages.");
        if (ImportWords.ToldApart(done.ToldApart) is { } toldApart)
            yield return toldApart;
        if (ImportWords.Departed(departed.Count) is not { } left)
            yield break;
        yield return pruned
            ? string.Create(CultureInfo.InvariantCulture, $"Deleted, because they are no longer in these files and folders: {departed.Count}")
            : $"{left} Import with --prune to delete them, or `realm documents delete`.";
        foreach (var document in departed.Take(DepartedShown))
            yield return $"  {document.SourceId}";
        if (departed.Count > DepartedShown)
            yield return string.Create(CultureInfo.InvariantCulture, $"  and {departed.Count - DepartedShown} more; --json names more of them");
    }
}
