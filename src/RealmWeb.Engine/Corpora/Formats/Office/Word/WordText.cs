using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>Appends what a reader of a document sees: paragraphs and headings apart by a blank line, rows and items a line each. Comments, deleted and
/// hidden text, the codes of fields and tables of contents are left out. Notes and text boxes stand below the paragraph with their mark or anchor.</summary>
/// <remarks>WordprocessingML: ECMA-376 part 1, 17.</remarks>
internal sealed class WordText(WordContext context, PartReader part, PlainTextBuilder text)
{
    private const int DeepestField = 512;

    private readonly List<string> _after = [];
    // For each open field whether what stands there is its result, not its code.
    private readonly List<bool> _fields = [];
    private bool _isInList;
    private bool _isHeading;
    // What the style of the paragraph says.
    private bool? _isHidden;
    private bool _isJoined;

    /// <summary>What is in a table, whose notes and text boxes stand below it; null for what is in none.</summary>
    internal WordText? Around { get; init; }

    internal bool HasTableOrHeading { get; private set; }

    /// <summary>Appends the paragraphs and tables within the element that was reached.</summary>
    /// <param name="other">Takes each other child.</param>
    internal void AppendBlocks(Action<string>? other = null)
    {
        foreach (var name in part.Children())
            AppendBlock(name, other);
    }

    /// <summary>Appends what is still to stand below the last paragraph.</summary>
    internal void End()
    {
        text.EndBlock();
        AppendAfter();
    }

    private void AppendBlock(string name, Action<string>? other)
    {
        switch (name)
        {
            case "p":
                AppendParagraph();
                break;
            case "tbl":
                HasTableOrHeading = true;
                EndList();
                WordTable.Append(context, part, this, text);
                break;
            case "sdt" or "sdtContent" or "customXml" or "smartTag" or "ins" or "moveTo":
                AppendBlocks(other);
                break;
            case "oMathPara" or "oMath":
                FormulaText.Append(part, text, context.Budget);
                break;
            default:
                other?.Invoke(name);
                break;
        }
    }

    private void AppendParagraph()
    {
        var (properties, isBegun, kind, start) = (default(WordParagraph), false, ParagraphKind.Text, 0);
        foreach (var name in part.Children())
        {
            if (name == "pPr")
            {
                properties = WordParagraph.Read(part);
                continue;
            }
            if (!isBegun)
                (kind, start, isBegun) = (Begin(properties), text.Length, true);
            if (kind != ParagraphKind.Contents)
                AppendInline(name);
        }
        if (!isBegun)
            kind = Begin(properties);
        _isJoined = properties.IsJoined;
        if (_isJoined)
            return;
        if (isBegun && kind is ParagraphKind.Title && context.Title is null && text.From(start) is { Length: > 0 } title)
            context.Title = title;
        if (isBegun && kind is ParagraphKind.Heading && context.Heading is null && text.From(start) is { Length: > 0 } heading)
            context.Heading = heading;
        if (_isInList)
            text.EndItem();
        else
            End();
    }

    private ParagraphKind Begin(WordParagraph properties)
    {
        var style = context.Styles[properties.Style];
        _isHidden = style.IsHidden;
        var kind = style.Kind == ParagraphKind.Text && properties.Outline is >= 0 and < 9 ? ParagraphKind.Heading
            : style.Kind == ParagraphKind.Heading && properties.Outline is 9 ? ParagraphKind.Text : style.Kind;
        if (_isJoined)
            return kind;
        HasTableOrHeading |= kind is ParagraphKind.Heading;
        _isHeading = kind is ParagraphKind.Heading or ParagraphKind.Title;
        var list = properties.List ?? style.List;
        var mark = list is null or "0" ? null
            : context.Numbers.Next(list, properties.Level ?? context.Numbers.LevelOf(list, properties.Style) ?? style.Level ?? 0);
        context.Budget.Spend(mark?.Length ?? 0);
        if (mark is not null && !_isHeading)
        {
            if (!_isInList)
                End();
            _isInList = true;
            text.BeginItem(mark);
            return kind;
        }
        EndList();
        End();
        if (mark is not null && mark != "- ")
            text.Append(mark);
        return kind;
    }

    private void EndList()
    {
        if (_isInList)
            End();
        _isInList = false;
    }

    private void AppendAfter()
    {
        foreach (var below in _after)
        {
            text.AppendVerbatim(below);
            text.EndBlock();
        }
        _after.Clear();
    }

    private void AddAfter(string below)
    {
        if (Around is null)
            _after.Add(below);
        else
            Around.AddAfter(below);
    }

    private void AppendInline(string name)
    {
        switch (name)
        {
            case "r":
                AppendRun();
                break;
            case "hyperlink" or "ins" or "moveTo" or "smartTag" or "sdt" or "sdtContent" or "fldSimple" or "customXml" or "dir" or "bdo" or "rubyBase":
                foreach (var child in part.Children())
                    AppendInline(child);
                break;
            case "oMathPara" or "oMath":
                FormulaText.Append(part, text, context.Budget);
                break;
        }
    }

    private void AppendRun()
    {
        var properties = default(WordRun);
        var raised = new StringBuilder();
        foreach (var name in part.Children())
        {
            if (name == "rPr")
                properties = WordRun.Read(part);
            else if (name == "fldChar")
                MeetField(part.Attribute("fldCharType"));
            else if ((properties.IsHidden ?? context.Styles[properties.Style].IsHidden ?? _isHidden) != true && !_fields.Contains(false))
            {
                if (name == "t" && properties.IsLowered is not null)
                    raised.Append(part.Text(context.Budget));
                else
                    AppendContent(name);
            }
        }
        if (raised.Length > 0 && !HtmlMarks.Append(raised.ToString().Trim(), properties.IsLowered == true, text))
            text.Append(raised.ToString());
    }

    private void MeetField(string? kind)
    {
        if (kind == "begin" && _fields.Count < DeepestField)
            _fields.Add(false);
        else if (kind == "separate" && _fields.Count > 0)
            _fields[^1] = true;
        else if (kind == "end" && _fields.Count > 0)
            _fields.RemoveAt(_fields.Count - 1);
    }

    private void AppendContent(string name)
    {
        switch (name)
        {
            case "t":
                text.Append(part.Text(context.Budget));
                break;
            case "tab" or "ptab":
                text.Append(" ");
                break;
            case "br" or "cr" when _isHeading:
                text.Append(" ");
                break;
            case "br" or "cr":
                text.EndLine();
                break;
            case "noBreakHyphen":
                text.Append("-");
                break;
            case "sym":
                AppendSymbol();
                break;
            case "footnoteReference" or "endnoteReference":
                if (context.TakeNote(name[..^"Reference".Length], part.Attribute("id")) is { } note)
                    AddAfter(note);
                break;
            case "ruby":
                foreach (var child in part.Children())
                    AppendInline(child);
                break;
            case "drawing" or "pict" or "object":
                AppendTextBoxes();
                break;
        }
    }

    // Fonts of pictures have their signs among the letters of private use.
    private void AppendSymbol()
    {
        if (int.TryParse(part.Attribute("char"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
            && code is > 0x20 and < 0xD800 or > 0xF8FF and < 0xFFFE)
        {
            text.Append(((char)code).ToString());
        }
    }

    private void AppendTextBoxes()
    {
        foreach (var name in part.Children())
        {
            if (name != "txbxContent")
            {
                AppendTextBoxes();
                continue;
            }
            var inner = new PlainTextBuilder();
            var box = new WordText(context, part, inner);
            box.AppendBlocks();
            box.End();
            if (inner.ToString() is { Length: > 0 } content)
                AddAfter(content);
        }
    }
}
