using RealmWeb.Engine.Corpora.Formats.Mail;
using RealmWeb.Engine.Corpora.Formats.Markup;
using RealmWeb.Engine.Corpora.Formats.Office.Books;
using RealmWeb.Engine.Corpora.Formats.Office.OpenDocument;
using RealmWeb.Engine.Corpora.Formats.Office.RichText;
using RealmWeb.Engine.Corpora.Formats.Office.Sheets;
using RealmWeb.Engine.Corpora.Formats.Office.Slides;
using RealmWeb.Engine.Corpora.Formats.Office.Word;
using RealmWeb.Engine.Corpora.Formats.Pdf;
using RealmWeb.Engine.Corpora.Formats.Wiki;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Which endings of file names can be imported, and by what.</summary>
public static class CorpusFormats
{
    private static readonly string[] ZipExtensions = [".zip"];
    private static readonly string[] TarExtensions = [".tar", ".tar.gz", ".tgz", ".tar.bz2"];

    /// <summary>All readers, one a format; first what most people have.</summary>
    public static IReadOnlyList<ICorpusReader> All { get; } =
        [new PdfFormat(), new WordFormat(), new SlidesFormat(), new SheetsFormat(), new OpenDocumentFormat(), new BookFormat(), new MailFormat(),
            new RichTextFormat(), new TextFormat(), new MarkdownFormat(), new HtmlFormat(), new ReStructuredTextFormat(), new AsciiDocFormat(),
            new NotebookFormat(), new JsonLinesFormat(), new JsonFormat(), new DelimitedFormat(), new WikiFormat(),
            new BlockRecordsFormat(), new TfRecordFormat()];

    /// <summary>Every ending that can be imported, with its dot: plain, compressed and archives.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [
            .. All.SelectMany(reader => reader.Extensions).SelectMany(ending => new[] { ending, $"{ending}.gz", $"{ending}.bz2" }),
            .. ZipExtensions, .. TarExtensions,
        ];

    /// <summary>The reader for a file name, which may end in .gz or .bz2; null where none reads it.</summary>
    public static ICorpusReader? Find(string path) => All.FirstOrDefault(reader => EndsWithAny(WithoutCompression(path), reader.Extensions));

    /// <summary>What reads a file: by the format that was asked for, else by its name.</summary>
    public static ICorpusReader? Find(string path, CorpusReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Find(options.Format is { } format ? $".{format.TrimStart('.')}" : path);
    }

    internal static bool IsZip(string path) => EndsWithAny(path, ZipExtensions);

    internal static bool IsTar(string path) => EndsWithAny(path, TarExtensions);

    internal static bool IsGzip(string path) => EndsWithAny(path, [".gz", ".tgz"]);

    internal static bool IsBzip2(string path) => EndsWithAny(path, [".bz2"]);

    /// <summary>A title for a file that has none in it: its name without folders and endings.</summary>
    public static string TitleOf(string path)
    {
        var name = WithoutCompression(path[(path.LastIndexOf('/') + 1)..]);
        var dot = name.LastIndexOf('.');
        return (dot > 0 ? name[..dot] : name).Replace('_', ' ').Replace('-', ' ').Trim();
    }

    private static string WithoutCompression(string path) => IsBzip2(path) ? path[..^4]
        : path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    private static bool EndsWithAny(string path, IEnumerable<string> endings) =>
        endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
