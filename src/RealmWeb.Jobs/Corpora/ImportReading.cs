using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Reads files into a corpus, and tells a run of it.</summary>
internal sealed class ImportReading(ModelLibrary models, RealmPaths paths, IOptions<RealmDataOptions> options)
{
    private const int MostNamed = 1000;

    /// <summary>Reads all files and stores what is new in them.</summary>
    /// <param name="names">Names of the files where those on disk are not theirs; null where they are.</param>
    /// <param name="taken">Called for each document with what becomes of it.</param>
    /// <exception cref="RunFailedException">Nothing could be read. Then nothing is taken for gone either: perhaps a disk is not there.</exception>
    public ImportResult Read(
        RunContext run, CorpusStore corpus, IReadOnlyList<string> files, IImportNames? names, string? textColumn, string? titleColumn,
        Action<Document, UpsertOutcome>? taken, CancellationToken cancellationToken)
    {
        var tokenizer = new WordPieceTokenizer(Vocabulary.Load(VocabularyFile()));
        var logged = 0;
        var reading = new CorpusReadOptions { TextField = textColumn, TitleField = titleColumn, ScratchFolder = paths.Scratch };
        var result = CorpusImporter.Import(
            corpus, tokenizer, files, run.Run.Id.ToString(), reading, names: names,
            progress: now => Report(run, now), skipped: skip => LogSkip(run, skip, ++logged), taken: taken,
            reservedBytes: options.Value.ReservedBytes, importer: new Importer(run.Run.StartedBy, run.Run.Id.ToString()), cancellationToken: cancellationToken);
        return result.Done.Documents > 0 ? result : throw new RunFailedException(ImportWords.NothingRead(result.Done));
    }

    /// <summary>Tells how far it is. The bytes read are the only measure whose end is known.</summary>
    public static void Report(RunContext run, ImportProgress done, string? remark = null) =>
        run.Report(Kibibytes(done.BytesRead), Kibibytes(done.BytesTotal), "KiB", string.Create(CultureInfo.InvariantCulture,
            $"Importing: {done.Documents} documents, {done.Blocks} new passages{(remark is null ? "" : $". {remark}")}"));

    /// <summary>Names documents in the log, one a line.</summary>
    public static void LogNames(RunContext run, string what, IReadOnlyList<DepartedDocument> documents)
    {
        foreach (var document in documents.Take(MostNamed))
            run.Log("warning", $"{what}: {document.SourceId} ({document.Title})");
    }

    /// <summary>Counts what was done, in the log and as the run's result.</summary>
    /// <param name="departed">Documents that left their files.</param>
    /// <param name="pruned">How many of them were deleted.</param>
    /// <param name="remark">Why less was done than was asked for; null where all was.</param>
    public static RunOutcome Outcome(
        RunContext run, ImportProgress done, IReadOnlyList<DepartedDocument> departed, int pruned, IRunParameters? then, string? remark = null)
    {
        run.Measure(done.Documents, new Dictionary<string, double>
        {
            ["documents"] = done.Documents,
            ["blocks"] = done.Blocks,
            ["skipped"] = done.SkippedCount,
        });
        if (ImportWords.ToldApart(done.ToldApart) is { } toldApart)
            run.Log("warning", toldApart);
        run.Log("info", string.Create(CultureInfo.InvariantCulture,
            $"{done.Added} documents added, {done.Changed} changed, {done.Unchanged} unchanged, {done.SkippedCount} skipped; {done.Blocks} new passages."));
        var leftOut = done.SkippedCount == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{done.SkippedCount} of {done.Documents + done.SkippedCount} items were skipped; the log says which and why.");
        var result = new
        {
            documents = done.Documents, blocks = done.Blocks, skipped = done.Skipped, remarks = done.Remarks, toldApart = done.ToldApart,
            departed = departed.Take(MostNamed), departedCount = departed.Count, pruned,
        };
        var error = remark is null ? leftOut : leftOut is null ? remark : $"{remark} {leftOut}";
        return new RunOutcome(error, JsonSerializer.Serialize(result, JsonSerializerOptions.Web), Then: then);
    }

    private static long Kibibytes(long bytes) => (bytes + 1023) / 1024;

    private static void LogSkip(RunContext run, Skipped skip, int number)
    {
        if (number <= MostNamed)
            run.Log("warning", $"Skipped {skip.Path}: {skip.Reason}");
        else if (number == MostNamed + 1)
            run.Log("warning", "More was skipped; it is counted but not named.");
    }

    private string VocabularyFile() =>
        models.Production()?.VocabularyFile
        ?? throw new RunFailedException(
            "There is no model, so nothing says how to cut passages. Put a model folder beside the program or run `realm model import`.");
}
