using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Slides;

/// <summary>Presentations of PowerPoint: slide after slide (<see cref="SlideText"/>), each a page, with its notes below it. Title: what the presentation
/// says of itself, else the title of its first slide, else the file name. Hidden slides are left out and named.</summary>
public sealed class SlidesFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".pptx", ".pptm", ".ppsx"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        PackageReading.Read(file, "PowerPoint presentation", options, Read, cancellationToken);

    private static IEnumerable<CorpusEntry> Read(DocumentPackage package)
    {
        var main = package.Related("", "officeDocument") ?? throw new InvalidDataException("no part of it is the presentation");
        var (text, first, hidden) = (new PagedText(), (string?)null, new List<int>());
        foreach (var slide in SlidesOf(package, main))
        {
            var read = new SlideText(package, slide);
            first ??= read.Title;
            if (read.IsHidden)
                hidden.Add(text.Pages + 1);
            text.Add(read.IsHidden ? "" : read.ToString());
        }
        if (text.ToString() is not { Length: > 0 } plain)
        {
            yield return new Skipped(package.Path,
                "Its slides hold no text. If they show pictures of words, run text recognition (OCR) over a PDF of it and import that.");
            yield break;
        }
        var title = GivenTitle.Of(package.CoreTitle(), package.Path) ?? first ?? CorpusFormats.TitleOf(package.Path);
        yield return new Document(package.Path, TextNormalization.Normalize(title), plain) { PageStarts = text.Starts };
        if (hidden.Count > 0)
        {
            yield return new CorpusEntry(null, new Skipped(package.Path,
                $"Hidden slides are left out: {string.Join(", ", hidden.Take(10))}{(hidden.Count > 10 ? " and others" : "")}. Show them if they belong to the "
                    + "corpus."))
            { IsRemark = true };
        }
    }

    private static List<string> SlidesOf(DocumentPackage package, string main)
    {
        var targets = package.Relations(main).Where(relation => relation.Kind == "slide").ToLookup(relation => relation.Id, relation => relation.Target);
        var slides = new List<string>();
        using var presentation = package.SmallXml(main)!;
        foreach (var name in presentation.Children())
        {
            if (name != "sldIdLst")
                continue;
            foreach (var _ in presentation.Children())
                slides.AddRange(targets[presentation.RelationId() ?? ""].Take(1).Where(package.Has));
        }
        return slides;
    }
}
