using System.Globalization;

namespace RealmWeb.Engine.Corpora.Formats.Office.OpenDocument;

/// <summary>Appends what a reader of a text sees: paragraphs and headings apart by a blank line, rows and items a line each. Comments, deleted and hidden
/// text and indexes are left out. Notes and text boxes stand below the paragraph with their mark or anchor.</summary>
/// <remarks>OpenDocument 1.3 part 3, 5 to 9.</remarks>
internal sealed class OpenDocumentText(PartReader part, OpenDocumentStyles styles, PlainTextBuilder text, TextBudget budget)
{
    private const int MostColumns = 256, CellCost = 8;

    private readonly List<string> _after = [];
    // Where the lists that are open have come to, outermost first, and where ended ones did, by style.
    private readonly List<(string? Style, int Count)> _lists = [];
    private readonly Dictionary<string, int> _ended = [];
    private bool _isHeading;

    /// <summary>What is in a table, whose notes and text boxes stand below it; null for what is in none.</summary>
    private OpenDocumentText? Around { get; init; }

    /// <summary>Text of the first paragraph that is set as title.</summary>
    internal string? Title { get; private set; }

    /// <summary>Text of the first heading.</summary>
    internal string? Heading { get; private set; }

    private bool HasTableOrHeading { get; set; }

    /// <summary>Reads the content that was reached: its styles, then its text.</summary>
    internal void Read()
    {
        foreach (var name in part.Children())
        {
            if (name == "automatic-styles")
                styles.Read(part);
            else if (name == "body")
                AppendBlocks();
        }
        End();
    }

    private void AppendBlocks()
    {
        foreach (var name in part.Children())
        {
            switch (name)
            {
                case "p" or "h":
                    AppendParagraph(name == "h");
                    break;
                case "list":
                    AppendList();
                    break;
                case "table":
                    HasTableOrHeading = true;
                    AppendTable();
                    break;
                case "section" when part.Attribute("display") == "none":
                    break;
                case "text" or "section" or "index-body" or "numbered-paragraph" or "soft-page-break":
                    AppendBlocks();
                    break;
                case "frame" or "custom-shape" or "g" or "a":
                    AppendTextBoxes();
                    break;
            }
        }
    }

    private void AppendParagraph(bool isHeading)
    {
        var style = part.Attribute("style-name");
        var isTitle = styles.IsTitle(style);
        var isInList = _lists.Count > 0 && !isHeading;
        HasTableOrHeading |= isHeading;
        _isHeading = isHeading || isTitle;
        if (!isInList)
            End();
        var start = text.Length;
        AppendInline(styles.IsHidden(style));
        var content = text.From(start);
        if (isTitle && content.Length > 0)
            Title ??= content;
        if (isHeading && content.Length > 0)
            Heading ??= content;
        if (isInList)
            text.EndLine();
        else
            End();
    }

    private void AppendList()
    {
        var style = part.Attribute("style-name") ?? (_lists.Count > 0 ? _lists[^1].Style : null);
        var level = _lists.Count;
        var before = part.Attribute("continue-numbering") == "true" && style is not null ? _ended.GetValueOrDefault($"{style} {level}") : 0;
        if (level == 0)
            End();
        _lists.Add((style, before > 0 ? before : styles.LevelOf(style, level).Start - 1));
        foreach (var name in part.Children())
        {
            if (name is not ("list-item" or "list-header"))
                continue;
            if (name == "list-item")
            {
                var start = int.TryParse(part.Attribute("start-value"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
                _lists[^1] = (style, start ?? _lists[^1].Count + 1);
                var mark = MarkOf(styles.LevelOf(style, level));
                budget.Spend(mark.Length);
                text.BeginItem(mark);
            }
            AppendBlocks();
            text.EndItem();
        }
        if (style is not null)
            _ended[$"{style} {level}"] = _lists[^1].Count;
        _lists.RemoveAt(level);
        if (level == 0)
            End();
    }

    private string MarkOf(OpenDocumentLevel level)
    {
        if (level.IsBullet)
            return "- ";
        var numbers = new List<string>();
        for (var at = Math.Max(0, _lists.Count - Math.Max(1, level.Shown)); at < _lists.Count; at++)
        {
            if (styles.LevelOf(_lists[at].Style, at).Format is { Length: > 0 } format)
                numbers.Add(ListNumbers.Shown(_lists[at].Count, format));
        }
        return numbers.Count == 0 ? "" : $"{level.Prefix}{string.Join('.', numbers)}{level.Suffix}".Trim() + " ";
    }

    private void End()
    {
        text.EndBlock();
        foreach (var below in _after)
        {
            text.AppendVerbatim(below);
            text.EndBlock();
        }
        _after.Clear();
    }

    private void AddAfter(string below)
    {
        if (below.Length == 0)
            return;
        if (Around is null)
            _after.Add(below);
        else
            Around.AddAfter(below);
    }

    private void AppendInline(bool isHidden)
    {
        foreach (var name in part.Content())
        {
            if (isHidden && name is not ("span" or "a"))
                continue;
            switch (name)
            {
                case null:
                    budget.Spend(part.Run.Length);
                    text.Append(part.Run);
                    break;
                case "span":
                    AppendSpan(isHidden);
                    break;
                case "s" or "tab":
                    text.Append(" ");
                    break;
                case "line-break" when !_isHeading:
                    text.EndLine();
                    break;
                case "line-break":
                    text.Append(" ");
                    break;
                case "note":
                    AppendNote();
                    break;
                case "frame" or "custom-shape" or "g":
                    AppendTextBoxes();
                    break;
                // What the writer told another writer, or hid.
                case "annotation" or "hidden-text" or "hidden-paragraph" or "ruby-text" or "script" or "tracked-changes":
                    break;
                default:
                    AppendInline(isHidden);
                    break;
            }
        }
    }

    private void AppendSpan(bool isHidden)
    {
        var style = part.Attribute("style-name");
        isHidden |= styles.IsHidden(style);
        if (isHidden || styles.IsLowered(style) is not { } isLowered)
        {
            AppendInline(isHidden);
            return;
        }
        var raised = part.Text(budget);
        if (!HtmlMarks.Append(raised.Trim(), isLowered, text))
            text.Append(raised);
    }

    private void AppendNote()
    {
        foreach (var name in part.Children())
        {
            if (name == "note-body")
                AddAfter(Inner());
        }
    }

    private void AppendTextBoxes()
    {
        foreach (var name in part.Children())
        {
            if (name == "text-box")
                AddAfter(Inner());
            else if (name is "frame" or "custom-shape" or "g" or "a")
                AppendTextBoxes();
        }
    }

    // The blocks within the element that was reached, apart from the others.
    private string Inner()
    {
        var inner = new PlainTextBuilder();
        var blocks = new OpenDocumentText(part, styles, inner, budget);
        blocks.AppendBlocks();
        blocks.End();
        return inner.ToString();
    }

    private void AppendTable()
    {
        if (_lists.Count == 0)
            End();
        var (rows, isLayout) = (new List<List<RowCell>>(), false);
        ReadRows(rows, ref isLayout);
        TableText.Append(rows, isLayout, text);
    }

    private void ReadRows(List<List<RowCell>> rows, ref bool isLayout)
    {
        foreach (var name in part.Children())
        {
            if (name is "table-header-rows" or "table-rows" or "table-row-group")
                ReadRows(rows, ref isLayout);
            else if (name == "table-row")
                rows.Add(ReadRow(ref isLayout));
        }
    }

    private List<RowCell> ReadRow(ref bool isLayout)
    {
        var row = new List<RowCell>();
        foreach (var name in part.Children())
        {
            // Covered cells belong to one that spans them.
            if (name != "table-cell")
                continue;
            var (repeated, rows, columns) = (Number("number-columns-repeated"), Number("number-rows-spanned"), Number("number-columns-spanned"));
            var inner = new PlainTextBuilder();
            var cell = new OpenDocumentText(part, styles, inner, budget) { Around = this };
            cell.AppendBlocks();
            isLayout |= cell.HasTableOrHeading;
            var shown = inner.ToString();
            budget.Spend(repeated * (CellCost + shown.Length));
            row.AddRange(Enumerable.Repeat(new RowCell(shown, rows, columns), repeated));
        }
        return row;
    }

    private int Number(string attribute) =>
        int.TryParse(part.Attribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, MostColumns) : 1;
}
