using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Sheets;

/// <summary>Workbooks of Excel: sheet after sheet, its name a heading and its rows a table (<see cref="SheetText"/>). Title: what the workbook says of
/// itself, else the file name. Hidden sheets are left out and named.</summary>
public sealed class SheetsFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".xlsx", ".xlsm"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        PackageReading.Read(file, "Excel workbook", options, Read, cancellationToken);

    private static IEnumerable<CorpusEntry> Read(DocumentPackage package)
    {
        var main = package.Related("", "officeDocument") ?? throw new InvalidDataException("no part of it is the workbook");
        var (sheets, is1904) = SheetsOf(package, main);
        var values = new SheetValues(package, main, is1904);
        var text = new PlainTextBuilder();
        foreach (var sheet in sheets.Where(sheet => !sheet.IsHidden))
        {
            using var part = package.Xml(sheet.Part)!;
            new SheetText(part, values, text, package.Budget).Append(sheet.Name);
        }
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
        {
            yield return new Skipped(package.Path, "Its sheets hold no values. Fill them, or leave the file out.");
            yield break;
        }
        var title = GivenTitle.Of(package.CoreTitle(), package.Path) ?? CorpusFormats.TitleOf(package.Path);
        yield return new Document(package.Path, TextNormalization.Normalize(title), plain);
        if (sheets.Where(sheet => sheet.IsHidden).Select(sheet => $"'{sheet.Name}'").ToList() is { Count: > 0 } hidden)
        {
            yield return new CorpusEntry(null, new Skipped(package.Path,
                $"Hidden sheets are left out: {string.Join(", ", hidden.Take(10))}{(hidden.Count > 10 ? " and others" : "")}. Show them if they belong to the "
                    + "corpus."))
            { IsRemark = true };
        }
    }

    private static (List<(string Name, string Part, bool IsHidden)> Sheets, bool Is1904) SheetsOf(DocumentPackage package, string main)
    {
        var targets = package.Relations(main).Where(relation => relation.Kind == "worksheet").ToLookup(relation => relation.Id, relation => relation.Target);
        var (sheets, is1904) = (new List<(string, string, bool)>(), false);
        using var workbook = package.SmallXml(main)!;
        foreach (var name in workbook.Children())
        {
            if (name == "workbookPr")
                is1904 = workbook.Attribute("date1904") is "1" or "true";
            if (name != "sheets")
                continue;
            foreach (var _ in workbook.Children())
            {
                if (targets[workbook.RelationId() ?? ""].FirstOrDefault(package.Has) is { } part)
                    sheets.Add((workbook.Attribute("name") ?? "", part, workbook.Attribute("state") is "hidden" or "veryHidden"));
            }
        }
        return (sheets, is1904);
    }
}
