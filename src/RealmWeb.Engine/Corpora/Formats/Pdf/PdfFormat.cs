using System.Collections.Concurrent;
using System.Globalization;
using RealmWeb.Engine.Text;
using RealmWeb.Files;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Exceptions;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>PDF: the text of its pages in the order in which they are read. Title: what the file says of itself, else the largest words of its first
/// page, else the file name.</summary>
/// <remarks>A page is parsed, reduced to its words and forgotten before the next one. Left out: lines that repeat at the top and bottom of pages, numbers of
/// pages, and what is stamped askew.</remarks>
public sealed class PdfFormat : ICorpusReader
{
    // The parser calls itself for what nests; a file that nests deeper than it should is to end in its refusal, not in the end of the process.
    private const int StackBytes = 16 << 20;

    public IReadOnlyList<string> Extensions { get; } = [".pdf"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        // The parser reads from the end; what comes out of an archive goes through a file.
        using var scratch = file.Content.CanSeek ? null : ScratchFile.Create(options.ScratchFolder);
        if (scratch is not null)
        {
            file.Content.CopyTo(scratch);
            scratch.Position = 0;
        }
        var content = scratch ?? file.Content;
        var watch = new PdfWatch(options, cancellationToken);
        var pages = new List<PdfPageFragments>();
        var damaged = new List<(int Page, string How)>();
        var (running, title, failure, characters) = (new PdfRunningLines(), "", (string?)null, 0L);
        foreach (var read in ReadPages(content, options, watch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            title = read.Title ?? title;
            if (read.Page is { } page)
            {
                running.Add(page);
                pages.Add(page);
                characters += page.Turned.Sum(turned => turned.Sum(fragment => (long)fragment.Text.Length));
            }
            if (read.Damage is { } damage)
                damaged.Add((pages.Count, damage));
            failure = read.Failure ?? (characters > options.MaxDocumentBytes
                ? $"Its text is longer than {options.MaxDocumentBytes:N0} letters. Split it into several documents." : null);
            if (failure is not null)
                break;
        }
        if (damaged.Count > 0)
        {
            var first = damaged[0];
            failure ??= $"{(damaged.Count == 1 ? $"Page {first.Page}" : $"{damaged.Count:N0} of its pages, the first page {first.Page},")} cannot be read "
                + $"({first.How}). Print it to a new PDF and import that.";
        }
        return [.. Entries(file.Path, pages, running, title, failure, watch)];
    }

    private static IEnumerable<CorpusEntry> Entries(
        string path, List<PdfPageFragments> pages, PdfRunningLines running, string given, string? failure, PdfWatch watch)
    {
        var text = new PdfText(pages);
        foreach (var page in pages)
            text.Add(PdfLayout.Of(running.Without(page)), page.Paper);
        if (text.Length == 0)
        {
            yield return new Skipped(path, failure ?? (pages.Count == 0
                ? "It has no pages."
                : $"It has no text layer: its {Count(pages.Count)} only show pictures. Run text recognition (OCR) over it, then import it again."));
            yield break;
        }
        var title = GivenTitle.Of(given, path) ?? LargestWords(PdfLayout.Of(running.Without(pages[0]))) ?? CorpusFormats.TitleOf(path);
        yield return new Document(path, TextNormalization.Normalize(title), text.ToString())
        {
            PageStarts = text.PageStarts, Layouts = text.Layouts,
        };
        if (failure is not null)
        {
            yield return new Skipped(path, $"{failure} The text of {Count(pages.Count(page => !page.IsEmpty))} was read.");
            yield break;
        }
        var empty = Enumerable.Range(1, pages.Count).Where(page => pages[page - 1].IsEmpty).ToList();
        if (empty.Count > 0)
        {
            var named = $"{(empty.Count == 1 ? "Page" : "Pages")} {string.Join(", ", empty.Take(10))}{(empty.Count > 10 ? " and others" : "")}";
            var why = empty.Count == 1 ? "has no text layer: it is empty or a picture" : "have no text layer: they are empty or pictures";
            yield return new CorpusEntry(null, new Skipped(path,
                $"{named} of {pages.Count:N0} {why}. Run text recognition (OCR) over the file if there are words on {(empty.Count == 1 ? "it" : "them")}."))
            { IsRemark = true };
        }
        if (watch.Unreadable * 5 > text.Length)
        {
            yield return new CorpusEntry(null, new Skipped(path,
                $"{watch.Unreadable:N0} of its letters do not say which ones they are: a font lacks its table, and words of it may be wrong. Make the file "
                    + "anew with fonts embedded, or run text recognition (OCR) over it."))
            { IsRemark = true };
        }
    }

    /// <summary>Reads on a thread of its own, so that a page that never ends is given up.</summary>
    private static IEnumerable<PageRead> ReadPages(Stream content, CorpusReadOptions options, PdfWatch watch)
    {
        using var read = new BlockingCollection<PageRead>(boundedCapacity: 4);
        using var stop = new CancellationTokenSource();
        // What the thread takes from this method must live on where the thread is left behind.
        var (queue, stopped) = (read, stop.Token);
        var thread = new Thread(() => Parse(content, options, watch, queue, stopped), StackBytes) { IsBackground = true, Name = "PDF" };
        thread.Start();
        var isThere = true;
        try
        {
            while (isThere = TryTake(read, watch, options, out var next))
            {
                yield return next;
                if (next.IsLast)
                    yield break;
            }
            yield return new PageRead(Failure: $"It cannot be read to its end: {PdfWatch.TooSlow(options).Message} for a page. Print it to a new PDF.");
        }
        finally
        {
            watch.GiveUp();
            stop.Cancel();
            if (isThere)
                thread.Join();
        }
    }

    // Waits for twice as long as the page may take: mostly the parser itself notices.
    private static bool TryTake(BlockingCollection<PageRead> read, PdfWatch watch, CorpusReadOptions options, out PageRead next)
    {
        while (!read.TryTake(out next, options.MaxPageTime))
        {
            if (watch.IsStuck())
                return false;
        }
        return true;
    }

    private static void Parse(
        Stream content, CorpusReadOptions options, PdfWatch watch, BlockingCollection<PageRead> read, CancellationToken stopped)
    {
        try
        {
            var number = 0;
            try
            {
                watch.Start();
                watch.Begin();
                using var document = PdfDocument.Open(content, new ParsingOptions
                {
                    UseLenientParsing = true, SkipMissingFonts = true, ClipPaths = false, Logger = watch, FilterProvider = new PdfFilters(watch),
                });
                document.AddPageFactory<PdfPageGlyphs, PdfGlyphPages>();
                if (document.NumberOfPages > options.MaxPages)
                    throw new PdfLimitException($"it has {document.NumberOfPages:N0} pages, and {options.MaxPages:N0} is the limit");
                read.Add(new PageRead(Title: document.Information.Title ?? ""), stopped);
                while (number < document.NumberOfPages)
                {
                    watch.Begin();
                    read.Add(ReadPage(document, ++number), stopped);
                }
                read.Add(new PageRead(IsLast: true), stopped);
            }
            catch (PdfDocumentEncryptedException)
            {
                const string Encrypted = "It is encrypted with a password. Open it in a viewer, save it without one and import it again.";
                read.Add(new PageRead(Failure: Encrypted, IsLast: true), stopped);
            }
            catch (Exception error) when (IsOfTheFile(error))
            {
                var place = number == 0 ? "It is no PDF, or damaged or cut off" : $"Page {number.ToString(CultureInfo.InvariantCulture)} cannot be read";
                read.Add(new PageRead(Failure: $"{place} ({MessageOf(error)}). Print it to a new PDF and import that.", IsLast: true), stopped);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever took the pages has left.
        }
    }

    // Damage to a page does not keep the others from being read; what takes too long or too much ends the file.
    private static PageRead ReadPage(PdfDocument document, int number)
    {
        try
        {
            var page = document.GetPage<PdfPageGlyphs>(number);
            return new PageRead(PdfFragments.Of(page), Damage: page.IsMissing ? "it is not in the file, which is damaged or cut off" : null);
        }
        catch (Exception error) when (IsOfTheFile(error) && error is not PdfLimitException)
        {
            return new PageRead(new PdfPageFragments([]), Damage: MessageOf(error));
        }
    }

    // The parser meets damage with whatever its code runs into. Cancelling and a missing library are no fault of the file.
    private static bool IsOfTheFile(Exception error) => error is not (OperationCanceledException or FileNotFoundException or FileLoadException);

    private static string MessageOf(Exception error) => error.Message.ReplaceLineEndings(" ").TrimEnd('.');

    // Larger than what most of the page is set in, which a footnote is not.
    private static string? LargestWords(List<PdfLine> page)
    {
        if (page.Count < 2)
            return null;
        var body = page.GroupBy(line => Math.Round(line.Size, 1)).MaxBy(size => size.Sum(line => line.Text.Length))!.Key;
        var largest = page.Max(line => line.Size);
        var first = page.FindIndex(line => line.Size > 0.95 * largest);
        var lines = page.Skip(first).TakeWhile(line => line.Size > 0.95 * largest).ToList();
        var title = string.Join(' ', lines.Select(line => line.Text));
        return lines.Count <= 4 && title.Length is > 2 and <= GivenTitle.Longest && largest > 1.15 * body && title.Any(char.IsLetter)
            ? title : null;
    }

    private static string Count(int pages) => pages == 1 ? "1 page" : $"{pages.ToString("N0", CultureInfo.InvariantCulture)} pages";

    /// <summary>What the reading thread says: a page's words, the title, or why it went no further.</summary>
    /// <param name="Damage">Why the page has no words although it may have text.</param>
    private readonly record struct PageRead(
        PdfPageFragments? Page = null, string? Title = null, string? Damage = null, string? Failure = null, bool IsLast = false);
}
