namespace RealmWeb.Engine.Corpora.Formats.Office.Slides;

/// <summary>What a slide says: its title, then its shapes in the order in which screen readers read them, then its notes. Dates, numbers and footers
/// that slides repeat are left out.</summary>
/// <remarks>PresentationML and DrawingML: ECMA-376 part 1, 19 to 21.</remarks>
internal sealed class SlideText
{
    private const int MostColumns = 256, CellCost = 8;

    private readonly DocumentPackage _package;
    private readonly List<string> _blocks = [];
    private readonly List<string> _diagrams = [];

    internal SlideText(DocumentPackage package, string slide)
    {
        _package = package;
        var relations = package.Relations(slide);
        using (var part = package.Xml(slide)!)
        {
            IsHidden = part.Attribute("show") is "0" or "false";
            ReadShapes(part, isNotes: false);
        }
        var targets = relations.ToLookup(relation => relation.Id, relation => relation.Target);
        foreach (var diagram in _diagrams.SelectMany(id => targets[id].Where(package.Has).Take(1)))
        {
            using var part = package.Xml(diagram)!;
            ReadDiagram(part);
        }
        if (relations.FirstOrDefault(relation => relation.Kind == "notesSlide" && package.Has(relation.Target)) is { Target: { } notes })
        {
            var own = _blocks.Count;
            using var part = package.Xml(notes)!;
            ReadShapes(part, isNotes: true);
            if (_blocks.Count > own)
                _blocks[own] = $"Notes: {_blocks[own]}";
        }
    }

    internal bool IsHidden { get; }

    /// <summary>In one line; null where the slide has none.</summary>
    internal string? Title { get; private set; }

    public override string ToString() => string.Join("\n\n", Title is null ? _blocks : _blocks.Prepend(Title));

    private void ReadShapes(PartReader part, bool isNotes)
    {
        foreach (var name in part.Children())
        {
            if (name == "sp")
                ReadShape(part, isNotes);
            else if (name == "tbl")
                ReadTable(part);
            else if (name == "relIds" && part.RelationId("dm") is { } diagram)
                _diagrams.Add(diagram);
            else if (name is "cSld" or "spTree" or "grpSp" or "graphicFrame" or "graphic" or "graphicData")
                ReadShapes(part, isNotes);
        }
    }

    private void ReadShape(PartReader part, bool isNotes)
    {
        string? place = null;
        foreach (var name in part.Children())
        {
            if (name == "nvSpPr")
                place = PlaceOf(part);
            else if (name == "txBody" && place is not ("dt" or "ftr" or "sldNum" or "hdr" or "sldImg") && (!isNotes || place == "body"))
            {
                var text = new SlideParagraphs(part, _package.Budget) { IsBody = place is "body" or "obj" && !isNotes };
                text.Read();
                if (text.ToString() is not { Length: > 0 } block)
                    continue;
                if (place is "title" or "ctrTitle" && Title is null && !isNotes)
                    Title = block.ReplaceLineEndings(" ");
                else
                    _blocks.Add(block);
            }
        }
    }

    // What the shape is a place for: "title", "body"; null for a shape of its own.
    private static string? PlaceOf(PartReader part)
    {
        string? place = null;
        foreach (var name in part.Children())
        {
            if (name == "nvPr")
            {
                foreach (var inner in part.Children())
                    place = inner == "ph" ? part.Attribute("type") ?? "obj" : place;
            }
        }
        return place;
    }

    private void ReadTable(PartReader part)
    {
        var text = new PlainTextBuilder();
        var rows = new TableText(text, MostColumns);
        foreach (var name in part.Children())
        {
            if (name == "tr")
                rows.AppendRow(ReadRow(part));
        }
        if (text.ToString() is { Length: > 0 } table)
            _blocks.Add(table);
    }

    private List<RowCell> ReadRow(PartReader part)
    {
        var row = new List<RowCell>();
        foreach (var name in part.Children())
        {
            if (name != "tc")
                continue;
            _package.Budget.Spend(CellCost);
            var isCovered = part.Attribute("hMerge") is "1" or "true" || part.Attribute("vMerge") is "1" or "true";
            var (rows, columns) = (Number(part, "rowSpan"), Number(part, "gridSpan"));
            foreach (var inner in part.Children())
            {
                if (inner != "txBody" || isCovered)
                    continue;
                var text = new SlideParagraphs(part, _package.Budget);
                text.Read();
                row.Add(new RowCell(text.ToString(), rows, columns));
            }
        }
        return row;
    }

    private void ReadDiagram(PartReader part)
    {
        foreach (var name in part.Children())
        {
            if (name == "t")
            {
                var text = new SlideParagraphs(part, _package.Budget);
                text.Read();
                if (text.ToString() is { Length: > 0 } block)
                    _blocks.Add(block);
            }
            else if (name is "ptLst" or "pt")
                ReadDiagram(part);
        }
    }

    private static int Number(PartReader part, string attribute) =>
        int.TryParse(part.Attribute(attribute), out var number) ? Math.Clamp(number, 1, MostColumns) : 1;
}
