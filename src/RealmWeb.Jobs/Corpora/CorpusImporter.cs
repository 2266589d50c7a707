using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;
using RealmWeb.Files;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Puts what a source yields into a corpus.</summary>
public static class CorpusImporter
{
    public const int MostSkippedNamed = 1000;

    // Bytes of the corpus for a byte of the files: the text with its terms, and for a moment the log of the database.
    private const int GrowthOfFiles = 2;

    // A batch holds the write lock for some ten milliseconds and loses at most a second of work when the process dies.
    private const int BatchDocuments = 500;
    private const int BatchBlocks = 2000;
    private static readonly TimeSpan BatchTime = TimeSpan.FromSeconds(1);

    /// <summary>What an import is called that the same paths, read the same way, shall go on with: one that was killed goes on where it was.</summary>
    public static string KeyOf(IEnumerable<string> paths, CorpusReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string?[] same = [.. paths.Select(Path.GetFullPath), options.TextField, options.TitleField];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', same.OfType<string>()))))[..16];
    }

    /// <exception cref="FileNotFoundException">One of the paths leads nowhere.</exception>
    public static void Require(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths.Where(path => !File.Exists(path) && !Directory.Exists(path)))
            throw new FileNotFoundException($"There is no file or folder {path}.", path);
    }

    /// <summary>Imports into a corpus, which is made if it does not exist. One that was made for this goes again when nothing came in.</summary>
    /// <exception cref="InvalidDataException">No document could be read.</exception>
    public static ImportResult ImportInto(CorpusLibrary corpora, string name, Func<CorpusStore, ImportResult> import)
    {
        ArgumentNullException.ThrowIfNull(corpora);
        ArgumentNullException.ThrowIfNull(import);
        var isNew = !corpora.Exists(name);
        var store = corpora.OpenOrCreate(name);
        try
        {
            // Where nothing could be read, nothing is taken for gone either: perhaps a disk is not there.
            var result = import(store);
            return result.Done.Documents > 0 ? result : throw new InvalidDataException(ImportWords.NothingRead(result.Done));
        }
        catch when (isNew && corpora.FindCondition(name) is { Info.Documents: 0 })
        {
            corpora.Delete(name);
            throw;
        }
    }

    /// <summary>Imports files, folders and archives. Broken off and called again with the same key and paths it goes on behind the last batch, or from
    /// the beginning where the files are not the same any more.</summary>
    /// <param name="tokenizer">Counts the pieces of a block.</param>
    /// <param name="key">Names the import, see <see cref="CorpusStore.BeginImport"/>; a new one for each import that shall not be resumed.</param>
    /// <param name="blockPieces">Wordpieces of a block with its title at most; null as the corpus was cut before, and in a new one
    /// <see cref="BlockSplitter.DefaultMaxPieces"/>, or <see cref="BlockSplitter.ReleasedMaxPieces"/> where all paths are files of published blocks.</param>
    /// <param name="names">Names of the files where those on disk are not theirs; null where they are.</param>
    /// <param name="progress">Called for each item, and once before the first of a resumed import.</param>
    /// <param name="skipped">Called for each item that was skipped in this call, and for each remark.</param>
    /// <param name="taken">Called for each document with what becomes of it.</param>
    /// <param name="reservedBytes">Bytes that must stay free on the disk.</param>
    /// <param name="importer">Who imports; null where that is not known.</param>
    /// <param name="versions">What is kept of the texts that are replaced; null for what the library of the corpus keeps.</param>
    /// <exception cref="OperationCanceledException">Broken off; what was stored stays.</exception>
    /// <exception cref="DiskFullException">There is no room for the files, or, as archives turned out, for the next batch; what was stored stays.</exception>
    public static ImportResult Import(
        CorpusStore corpus, WordPieceTokenizer tokenizer, IReadOnlyList<string> paths, string key,
        CorpusReadOptions? options = null, int? blockPieces = null,
        IImportNames? names = null, Action<ImportProgress>? progress = null, Action<Skipped>? skipped = null,
        Action<Document, UpsertOutcome>? taken = null, long reservedBytes = 0, Importer? importer = null,
        VersionLimits? versions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var pieces = blockPieces ?? PiecesOf(corpus, paths, options);
        var splitter = new BlockSplitter(tokenizer, pieces);
        var files = CorpusSource.List(paths, options, cancellationToken);
        var fingerprint = $"{files.Fingerprint} {tokenizer.Vocabulary.Hash} {pieces}";
        var session = corpus.BeginImport(key, importer, versions);
        session.SetSplitter(tokenizer.Vocabulary.Hash, pieces);
        var (after, done) = Resume(session, fingerprint);
        var toldApart = done.ToldApart;
        if (after is not null)
            progress?.Invoke(done);
        var (isFirst, batch) = (true, Stopwatch.GetTimestamp());
        foreach (var raw in files.Read(after, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = names is null ? raw : names.Restore(raw);
            if (isFirst)
                DiskRoom.Require(corpus.Folder, "The import", GrowthOfFiles * (item.BytesTotal - done.BytesRead), reservedBytes);
            isFirst = false;
            done = done with { BytesRead = item.BytesRead, BytesTotal = item.BytesTotal };
            if (item.Document is { } document)
            {
                var (outcome, blocks) = Upsert(session, splitter, document, item.Origin);
                taken?.Invoke(document, outcome);
                done = done.With(outcome, blocks);
            }
            if (item.Skipped is { } skip)
            {
                skipped?.Invoke(skip);
                done = item.IsRemark ? done.WithRemark(skip) : done.With(skip);
                if (!item.IsRemark)
                    session.Skip(item.Origin);
            }
            after = item.Position;
            progress?.Invoke(done);
            if (session.PendingDocuments < BatchDocuments && session.PendingBlocks < BatchBlocks && Stopwatch.GetElapsedTime(batch) < BatchTime)
                continue;
            DiskRoom.Require(corpus.Folder, "The next part of the import", 0, reservedBytes);
            Flush();
            batch = Stopwatch.GetTimestamp();
        }
        if (after is not null)
            Flush();
        var departed = session.FindDeparted([.. files.Roots.Select(root => names?.RootOf(root) ?? root).Distinct()]);
        session.Complete();
        return new ImportResult(done with { ToldApart = toldApart + session.ToldApart }, departed);

        void Flush() => session.Flush(JsonSerializer.Serialize(
            new StoredPosition(after!.Value.ToString(), done with { ToldApart = toldApart + session.ToldApart }, fingerprint)));
    }

    private static int PiecesOf(CorpusStore corpus, IReadOnlyList<string> paths, CorpusReadOptions? options)
    {
        if (corpus.Info().BlockPieces is > 0 and var before)
            return before;
        var arePublished = paths.Count > 0
            && paths.All(path => CorpusFormats.Find(path, options ?? CorpusReadOptions.Default) is BlockRecordsFormat or TfRecordFormat);
        return arePublished ? BlockSplitter.ReleasedMaxPieces : BlockSplitter.DefaultMaxPieces;
    }

    // A position counts files and items: it says nothing of files that were added, left or changed since.
    private static (CorpusPosition? After, ImportProgress Done) Resume(ImportSession session, string fingerprint)
    {
        if (session.Position is { } text && JsonSerializer.Deserialize<StoredPosition>(text) is { } stored && stored.Files == fingerprint)
            return (CorpusPosition.Parse(stored.Position), stored.Done);
        session.Restart();
        return (null, ImportProgress.Zero);
    }

    private static (UpsertOutcome Outcome, int Blocks) Upsert(ImportSession session, BlockSplitter splitter, Document document, string origin)
    {
        var blocks = 0;
        var outcome = session.Upsert(
            document.SourceId, document.Title, document.Text,
            () =>
            {
                var cuts = splitter.Split(document).Select(block => new BlockCut(block.Id, block.Start, block.End, block.Context)).ToList();
                blocks = cuts.Count;
                return cuts;
            },
            origin, document.PageStarts, document.Layouts.Count == 0 ? null : () => [.. document.Layouts.Select(page => page.Encode())]);
        return (outcome, blocks);
    }

    /// <param name="Files">What the position counts in; null where an older version wrote it.</param>
    private sealed record StoredPosition(string Position, ImportProgress Done, string? Files = null);
}
