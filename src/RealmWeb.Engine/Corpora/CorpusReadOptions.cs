namespace RealmWeb.Engine.Corpora;

/// <summary>How corpora are read, and what a hostile file may cost.</summary>
public sealed record CorpusReadOptions
{
    public static CorpusReadOptions Default { get; } = new();

    /// <summary>Reads every plain file as this format (an ending without its dot, such as "jsonl"); null: by the ending of its name.</summary>
    public string? Format { get; init; }

    /// <summary>Column or JSON field of the document's id; null: the first of the usual names.</summary>
    public string? IdField { get; init; }

    public string? TitleField { get; init; }

    public string? TextField { get; init; }

    /// <summary>Where an archive within an archive is unpacked to while it is read.</summary>
    public string ScratchFolder { get; init; } = Path.GetTempPath();

    /// <summary>Longest line of JSON lines, row of a table, or element of a JSON array; longer ones are passed over without being held.</summary>
    public int MaxLineBytes { get; init; } = 16 << 20;

    /// <summary>Largest text file, UTF-8.</summary>
    public int MaxDocumentBytes { get; init; } = 32 << 20;

    /// <summary>Largest Markdown or HTML file; parsing one takes up to seventy times its size in memory.</summary>
    public int MaxMarkupBytes { get; init; } = 8 << 20;

    /// <summary>Largest message of a mailbox, with its attachments; one is held at a time.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>Longest that a page of a PDF may take; most take some milliseconds.</summary>
    public TimeSpan MaxPageTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest that all pages of a PDF may take together, as time of a processor; what was read until then is kept. A thousand pages take some
    /// ten seconds.</summary>
    public TimeSpan MaxPagesTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Most pages of one document.</summary>
    public int MaxPages { get; init; } = 20_000;

    /// <summary>Most bytes that the parts of one office document or book may unpack to; they are read as they come.</summary>
    public long MaxPackageBytes { get; init; } = 4L << 30;

    /// <summary>Most bytes that one compressed file or archive may unpack to.</summary>
    public long MaxUnpackedBytes { get; init; } = 64L << 30;

    /// <summary>Most bytes unpacked for one compressed byte, once <see cref="RatioFloorBytes"/> are unpacked. Text stays under 20.</summary>
    public int MaxCompressionRatio { get; init; } = 200;

    /// <summary>What any archive may unpack to, however well it is compressed.</summary>
    public long RatioFloorBytes { get; init; } = 16 << 20;

    /// <summary>Most entries of one archive.</summary>
    public int MaxArchiveEntries { get; init; } = 1_000_000;

    /// <summary>Levels of archives: 2 reads an archive within an archive and no deeper.</summary>
    public int MaxArchiveDepth { get; init; } = 2;
}
