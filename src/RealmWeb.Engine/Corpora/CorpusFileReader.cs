using System.Formats.Tar;
using System.IO.Compression;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Files;

namespace RealmWeb.Engine.Corpora;

/// <summary>Reads one file of an import, whatever it is wrapped in: plain, gzip, zip, tar, or one archive within another.</summary>
internal sealed class CorpusFileReader(CorpusReadOptions options, CancellationToken cancellationToken)
{
    /// <summary>The documents of a file. Damage ends the file with a skip, never with an exception.</summary>
    /// <param name="path">Its name for owner and ids.</param>
    /// <param name="stream">Its bytes; seekable where it is a zip archive.</param>
    /// <param name="progress">Where to tell how many of its bytes are read, when the stream's position does not say so.</param>
    internal IEnumerable<CorpusEntry> Read(string path, Stream stream, Action<Func<long>>? progress = null, int depth = 1)
    {
        if (CorpusFormats.IsZip(path) || CorpusFormats.IsTar(path))
        {
            if (depth > options.MaxArchiveDepth)
                return [new Skipped(path, $"It is an archive {depth} levels deep; {options.MaxArchiveDepth} are read. Unpack it and import the folder.")];
            return Guarded(path, CorpusFormats.IsZip(path) ? ReadZip(path, stream, progress, depth) : ReadTar(path, stream, depth));
        }
        return Guarded(path, ReadPlain(path, stream));
    }

    private IEnumerable<CorpusEntry> ReadPlain(string path, Stream stream)
    {
        if (Refusal(path, options) is { } refusal)
        {
            yield return new Skipped(path, refusal);
            yield break;
        }
        var reader = CorpusFormats.Find(path, options)!;
        var plain = ReadGuard.Unpack(path, stream, options);
        var (content, reason) = reader.IsBinary ? (plain, null) : TextSniffer.Open(plain);
        if (content is null)
        {
            yield return new Skipped(path, reason!);
            yield break;
        }
        var any = false;
        foreach (var entry in reader.Read(new CorpusFile(path, content), options, cancellationToken))
        {
            any = true;
            yield return entry with { Place = path };
            foreach (var remark in entry.Document is { } document ? EncodedDataIn(document) : [])
                yield return new CorpusEntry(null, remark) { Place = path, IsRemark = true };
        }
        if (!any)
            yield return new Skipped(path, "It holds no documents.");
    }

    private static IEnumerable<Skipped> EncodedDataIn(Document document) => EncodedData.Find(document.Text).Select(data => new Skipped(
        $"{document.SourceId}, line {document.Text.AsSpan(0, data.Start).Count('\n') + 1} of its text",
        $"{data.Length:N0} characters with hardly a space stand there, as in an encoded file (base64) or minified code. They are kept in the document, but no "
            + "passage has them; everything else was read."));

    private IEnumerable<CorpusEntry> ReadZip(string path, Stream stream, Action<Func<long>>? progress, int depth)
    {
        if (ZipDirectory.Count(stream) is var count && count > options.MaxArchiveEntries)
        {
            yield return new Skipped(path, $"It has {count:N0} entries; at most {options.MaxArchiveEntries:N0} are read. Split it.");
            yield break;
        }
        var records = ZipDirectory.Read(stream);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var size = stream.Length;
        long done = 0;
        progress?.Invoke(() => Math.Min(done, size));
        var budget = new UnpackingBudget(path, () => size, options);
        var names = new ArchiveNames();
        var any = false;
        foreach (var (entry, given, refusal) in ZipEntries.Of(archive, records))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A folder is named with a slash at its end.
            if (given.EndsWith('/') && entry.Length == 0)
                continue;
            any = true;
            var (name, reason) = names.Admit(given);
            reason ??= refusal;
            if (reason is null && name is not null)
                reason = Refusal(name, options);
            if (reason is not null)
                yield return new Skipped($"{path}/{ArchiveNames.Shown(name ?? given)}", reason);
            else if (name is not null)
            {
                foreach (var item in ReadEntry($"{path}/{name}", () => Intact(entry, budget), depth))
                    yield return item;
            }
            done += entry.CompressedLength;
        }
        if (!any)
            yield return new Skipped(path, "It is an empty archive.");
    }

    // Unpacked twice, so that nothing of an altered entry gets into a corpus; it is paid for once.
    private static Stream Intact(ZipArchiveEntry entry, UnpackingBudget budget)
    {
        if (!ZipEntries.IsIntact(entry, () => new UnpackingStream(entry.Open(), budget)))
            throw new AlteredEntryException();
        return entry.Open();
    }

    private IEnumerable<CorpusEntry> ReadTar(string path, Stream stream, int depth)
    {
        using var archive = new TarReader(ReadGuard.Unpack(path, stream, options), leaveOpen: true);
        var names = new ArchiveNames();
        var entries = 0;
        while (archive.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes or TarEntryType.DirectoryList)
                continue;
            if (++entries > options.MaxArchiveEntries)
            {
                yield return new Skipped(path, $"It has more than {options.MaxArchiveEntries:N0} entries; the rest of it was not read. Split it.");
                yield break;
            }
            var (name, reason) = names.Admit(entry.Name);
            reason ??= entry.EntryType switch
            {
                TarEntryType.SymbolicLink or TarEntryType.HardLink => "It is a link, which is not followed. Pack the file itself.",
                TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => null,
                _ => $"It is a {entry.EntryType}, not a file.",
            };
            if (reason is not null)
                yield return new Skipped($"{path}/{ArchiveNames.Shown(entry.Name)}", reason);
            else if (name is not null)
            {
                foreach (var item in ReadEntry($"{path}/{name}", () => entry.DataStream ?? Stream.Null, depth))
                    yield return item;
            }
        }
        if (entries == 0)
            yield return new Skipped(path, "It is an empty archive.");
    }

    private IEnumerable<CorpusEntry> ReadEntry(string path, Func<Stream> open, int depth)
    {
        if (!CorpusFormats.IsZip(path) || depth >= options.MaxArchiveDepth)
            return Guarded(path, Opened(open, content => Read(path, content, depth: depth + 1)));
        return Guarded(path, Opened(open, content => ReadInnerZip(path, content, depth)));
    }

    // A zip archive is read from its end, so one within another goes through a file.
    private IEnumerable<CorpusEntry> ReadInnerZip(string path, Stream content, int depth)
    {
        using var file = ScratchFile.Create(options.ScratchFolder);
        content.CopyTo(file);
        file.Position = 0;
        foreach (var entry in Read(path, file, depth: depth + 1))
            yield return entry;
    }

    private static IEnumerable<CorpusEntry> Opened(Func<Stream> open, Func<Stream, IEnumerable<CorpusEntry>> read)
    {
        using var content = open();
        foreach (var entry in read(content))
            yield return entry;
    }

    private static IEnumerable<CorpusEntry> Guarded(string path, IEnumerable<CorpusEntry> entries) =>
        ReadGuard.Guard(path, entries, skipped => (CorpusEntry)skipped);

    /// <summary>Why a file is not even opened, going by its name; null where something reads it.</summary>
    internal static string? Refusal(string path, CorpusReadOptions options)
    {
        if (CorpusFormats.IsZip(path) || CorpusFormats.IsTar(path) || CorpusFormats.Find(path, options) is not null)
            return null;
        var ending = Path.GetExtension(path);
        return options.Format is { } format
            ? $"There is no format '{format}'. Take one of {string.Join(", ", CorpusFormats.All.Select(reader => reader.Extensions[0].TrimStart('.')))}."
            : $"{(ending.Length == 0 ? "A file without an ending" : $"A file ending in {ending}")} is not read. "
                + Remedy(ending.ToLowerInvariant());
    }

    private static string Remedy(string ending) => ending switch
    {
        ".doc" or ".dot" or ".wpd" or ".pages" => "Open it in a word processor and save it as .docx or PDF.",
        ".xls" or ".xlsb" or ".numbers" or ".ods" => "Open it in a spreadsheet program and save it as .xlsx or CSV.",
        ".ppt" or ".pps" or ".key" or ".odp" => "Open it in a presentation program and save it as .pptx or PDF.",
        ".msg" or ".pst" => "Save the messages as .eml or .mbox from the mail program.",
        ".mobi" or ".azw" or ".azw3" => "Convert it to .epub.",
        ".7z" or ".rar" or ".xz" or ".zst" or ".lz" or ".lzma" or ".z" => "Unpack it and import the folder, or pack it as .zip or .tar.gz.",
        ".gz" or ".bz2" => "Give it the ending of what it holds before that, such as .txt.gz.",
        _ => "Convert it to PDF, an office document (.docx, .pptx, .xlsx, .odt), text, Markdown, HTML, JSON lines, JSON, CSV or TSV.",
    };
}
