using System.Globalization;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>Appends the blocks of AsciiDoc: headings and paragraphs apart by a blank line, items and rows a line each, listings as they are. Left out are
/// comments, attributes, and what is included from other files.</summary>
internal sealed partial class AsciiDocText(List<string> lines, PlainTextBuilder text)
{
    private const int DeepestList = 16, MostColumns = 256;

    private readonly AsciiDocInline _inline = new(lines);
    private readonly List<string> _paragraph = [];
    // Of ordered items, by their depth.
    private readonly int[] _numbers = new int[DeepestList];
    private string? _heading;
    private string _attributes = "";
    // Before the words of the next paragraph: what kind of note it is.
    private string _label = "";
    private bool _isInList, _isBelowBlank, _isAttached;

    /// <returns>The first heading; null where there is none.</returns>
    internal string? Append()
    {
        for (var at = 0; at < lines.Count;)
            at = AppendLine(at);
        EndParagraph();
        return _heading;
    }

    // The line behind what begins there.
    private int AppendLine(int at)
    {
        var line = lines[at];
        if (line.Length == 0)
        {
            EndParagraph();
            _isBelowBlank = true;
            return at + 1;
        }
        var (isBelowBlank, isAttached) = (_isBelowBlank, _isAttached);
        (_isBelowBlank, _isAttached) = (false, false);
        if (line.StartsWith("//", StringComparison.Ordinal) && !Delimiter().IsMatch(line) || Directive().IsMatch(line) || AttributeEntry().IsMatch(line))
            return at + 1;
        if (Delimiter().IsMatch(line))
            return AppendDelimited(at, isAttached);
        if (line.StartsWith("|===", StringComparison.Ordinal) || line is ",===" or ":===")
            return AppendTable(at);
        if (_paragraph.Count == 0 && BlockAttributes().Match(line) is { Success: true } attributes)
        {
            if (!isAttached)
                EndList();
            _attributes = attributes.Groups["list"].Value;
            _label = _attributes is "NOTE" or "TIP" or "IMPORTANT" or "WARNING" or "CAUTION" ? $"{_attributes}: " : _label;
            _isAttached = isAttached;
            return at + 1;
        }
        if (Heading().Match(line) is { Success: true } heading)
        {
            AppendHeading(heading.Groups["words"].Value);
            // Below the title of the document stand its authors and its version, until a blank line.
            return heading.Groups["level"].Length == 1 && at == FirstLine() ? BehindHeader(at + 1) : at + 1;
        }
        if (_paragraph.Count == 0 && BlockTitle().Match(line) is { Success: true } title)
        {
            EndList();
            text.Append(_inline.Plain(title.Groups["words"].Value));
            text.EndBlock();
            return at + 1;
        }
        if (line == "+")
        {
            // Goes on with the item above.
            EndParagraph(staysInList: true);
            _isAttached = true;
            return at + 1;
        }
        if (Item().Match(line) is { Success: true } item)
        {
            BeginItem(item);
            return at + 1;
        }
        if (Term().Match(line) is { Success: true } term)
        {
            EndParagraph();
            text.EndLine();
            text.Append(_inline.Plain(term.Groups["term"].Value));
            text.BeginExplanation();
            _isInList = true;
            if (term.Groups["words"].Length > 0)
                _paragraph.Add(term.Groups["words"].Value);
            return SkipBlank(at + 1, term.Groups["words"].Length == 0);
        }
        if (_paragraph.Count == 0 && line[0] == ' ' && !_isInList)
            return AppendIndented(at);
        if (_paragraph.Count == 0 && line is "'''" or "---" or "***" or "<<<")
        {
            EndList();
            return at + 1;
        }
        if (BlockImage().Match(line) is { Success: true } image)
        {
            EndParagraph();
            text.Append(image.Groups["words"].Value.Trim('"'));
            text.EndBlock();
            return at + 1;
        }
        if (_isInList && isBelowBlank && !isAttached)
            EndList();
        _paragraph.Add(line.Trim());
        return at + 1;
    }

    private int SkipBlank(int at, bool isToDo)
    {
        while (isToDo && at < lines.Count && lines[at].Length == 0)
            at++;
        return at;
    }

    private int FirstLine() => lines.FindIndex(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal) && !AttributeEntry().IsMatch(line));

    private int BehindHeader(int at)
    {
        while (at < lines.Count && lines[at].Length > 0)
            at++;
        return at;
    }

    private void AppendHeading(string words)
    {
        EndList();
        var heading = _inline.Plain(words);
        _heading ??= heading;
        text.Append(heading);
        text.EndBlock();
    }

    // Fenced blocks: listings as they are; of comments and raw markup nothing; of others what stands in them.
    private int AppendDelimited(int at, bool isAttached)
    {
        EndParagraph(staysInList: true);
        if (!isAttached)
            _isInList = false;
        var fence = lines[at];
        if (fence[0] is '=' or '*' or '_' || fence == "--")
        {
            if (!_isInList)
                text.EndBlock();
            _attributes = "";
            return at + 1;
        }
        var end = at + 1;
        var last = fence.StartsWith("```", StringComparison.Ordinal) ? "```" : fence;
        while (end < lines.Count && lines[end] != last)
            end++;
        if (fence[0] is not ('/' or '+'))
        {
            text.EndBlock();
            text.AppendVerbatim(string.Join('\n', lines[(at + 1)..end].Select(line => Callout().Replace(line, ""))));
            text.EndBlock();
        }
        _attributes = "";
        return end + 1;
    }

    private int AppendIndented(int at)
    {
        var end = at;
        while (end < lines.Count && lines[end].StartsWith(' '))
            end++;
        EndList();
        text.AppendVerbatim(string.Join('\n', lines[at..end]));
        text.EndBlock();
        return end;
    }

    private void BeginItem(Match item)
    {
        EndParagraph(staysInList: true);
        var marker = item.Groups["marker"].Value;
        var depth = Math.Min(marker.Length, DeepestList) - 1;
        if (!_isInList)
            Array.Clear(_numbers);
        if (marker[0] == '.')
        {
            _numbers[depth]++;
            Array.Clear(_numbers, depth + 1, DeepestList - depth - 1);
        }
        text.BeginItem(marker[0] == '.' ? string.Create(CultureInfo.InvariantCulture, $"{_numbers[depth]}. ") : char.IsDigit(marker[0]) || marker[0] == '<'
            ? $"{marker.Trim('<', '>', '.')}. " : "- ");
        _isInList = true;
        _paragraph.Add(CheckBox().Replace(item.Groups["words"].Value, ""));
    }

    private void EndParagraph(bool staysInList = false)
    {
        if (_paragraph.Count > 0)
        {
            var (words, notes) = _inline.WithNotes(string.Join(' ', _paragraph));
            text.Append($"{_label}{words}");
            _label = "";
            _paragraph.Clear();
            if (_isInList)
                text.EndItem();
            else
                text.EndBlock();
            foreach (var note in notes)
            {
                text.EndBlock();
                text.Append(note);
                text.EndBlock();
            }
            _attributes = "";
            return;
        }
        // Two blank lines, or a block of another kind, end a list.
        if (!staysInList && _isInList)
            EndList();
    }

    private void EndList()
    {
        if (_paragraph.Count > 0)
            EndParagraph();
        _isInList = false;
        _attributes = "";
        text.EndBlock();
    }

    private int AppendTable(int at)
    {
        var attributes = _attributes;
        EndList();
        var end = at + 1;
        while (end < lines.Count && lines[end] != lines[at])
            end++;
        var body = lines[(at + 1)..end];
        var rows = lines[at][0] == '|' && !attributes.Contains("format=csv", StringComparison.Ordinal) ? Rows(body, attributes) : MarkupTables.OfCommas(body);
        TableText.Append([.. rows.Select(row => row.ConvertAll(cell => cell with { Content = _inline.Plain(cell.Content) }))], isLayout: false, text);
        return end + 1;
    }

    // As many cells a row as the columns that are named, else as the first line has.
    private static List<List<RowCell>> Rows(List<string> body, string attributes)
    {
        var cells = new List<RowCell>();
        var columns = ColumnsOf(attributes);
        foreach (var line in body.Where(line => line.Length > 0))
        {
            var parts = CellBorder().Matches(line);
            var before = parts.Count == 0 ? line : line[..parts[0].Index];
            if (before.Trim().Length > 0 && cells.Count > 0)
                cells[^1] = cells[^1] with { Content = $"{cells[^1].Content} {before.Trim()}".Trim() };
            for (var part = 0; part < parts.Count; part++)
            {
                var start = parts[part].Index + parts[part].Length;
                var words = line[start..(part + 1 < parts.Count ? parts[part + 1].Index : line.Length)].Trim().Replace(@"\|", "|", StringComparison.Ordinal);
                cells.Add(new RowCell(words, Span(parts[part], "rows"), Span(parts[part], "columns")));
            }
            if (columns == 0)
                columns = Math.Min(cells.Sum(cell => cell.Columns), MostColumns);
        }
        return InRows(cells, Math.Max(1, columns));
    }

    private static List<List<RowCell>> InRows(List<RowCell> cells, int columns)
    {
        var rows = new List<List<RowCell>>();
        var taken = new int[columns];
        var column = columns;
        foreach (var cell in cells)
        {
            while (column < columns && taken[column] > 0)
                taken[column++]--;
            if (column >= columns)
            {
                rows.Add([]);
                for (column = 0; column < columns && taken[column] > 0; column++)
                    taken[column]--;
                if (column >= columns)
                    column = 0;
            }
            rows[^1].Add(cell);
            for (var spanned = 0; spanned < cell.Columns && column < columns; spanned++)
                taken[column++] = cell.Rows - 1;
        }
        return rows;
    }

    private static int Span(Match border, string which) =>
        border.Groups[which] is { Success: true } span ? Math.Clamp(int.Parse(span.Value, CultureInfo.InvariantCulture), 1, MostColumns) : 1;

    // cols="1,2" or cols=3*, or both.
    private static int ColumnsOf(string attributes)
    {
        if (Columns().Match(attributes) is not { Success: true } columns)
            return 0;
        var count = 0;
        foreach (var column in columns.Groups["list"].Value.Split(',', ';'))
            count += Repeated().Match(column) is { Success: true } repeated ? int.Parse(repeated.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
        return Math.Min(count, MostColumns);
    }

    [GeneratedRegex(@"^(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|/{4,}|\+{4,}|--|```[\w-]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Delimiter();

    [GeneratedRegex(@"^(?:include|ifdef|ifndef|ifeval|endif|toc)::", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^:!?[A-Za-z_][\w-]*!?:(?: |$)", RegexOptions.CultureInvariant)]
    private static partial Regex AttributeEntry();

    [GeneratedRegex(@"^\[(?<list>[^\]]*)\]$", RegexOptions.CultureInvariant)]
    private static partial Regex BlockAttributes();

    [GeneratedRegex(@"^(?<level>={1,6}|#{1,6}) +(?<words>\S.*?)(?: +=+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\.(?<words>[^\s.].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex BlockTitle();

    [GeneratedRegex(@"^ *(?<marker>\*{1,16}|-|\.{1,16}|\d{1,4}\.|<(?:\d{1,4}|\.)>) +(?<words>\S.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Item();

    [GeneratedRegex(@"^(?<term>[^\s:|][^|]*?)(?:::{1,3}|;;)(?: +(?<words>\S.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Term();

    [GeneratedRegex(@"^(?:image|video|audio)::[^\[]+\[(?<words>[^,\]]*)[^\]]*\]$", RegexOptions.CultureInvariant)]
    private static partial Regex BlockImage();

    [GeneratedRegex(@"(?: {0,99}(?://|#|--|;;) {0,9})?(?: {0,9}<(?:\d{1,4}|\.)>){1,9}$", RegexOptions.CultureInvariant)]
    private static partial Regex Callout();

    [GeneratedRegex(@"^\[[ x*]\] ", RegexOptions.CultureInvariant)]
    private static partial Regex CheckBox();

    [GeneratedRegex(@"(?<!\\)(?:(?<=^|\s)(?:(?<columns>\d{1,3})?(?:\.(?<rows>\d{1,3}))?\+)?(?:\d{1,3}\*)?[<>^.]{0,3}[aehlmsv]?)?\|",
        RegexOptions.CultureInvariant)]
    private static partial Regex CellBorder();

    [GeneratedRegex(@"cols=(?:""(?<list>[^""]*)""|(?<list>[^,\]]*))", RegexOptions.CultureInvariant)]
    private static partial Regex Columns();

    [GeneratedRegex(@"^\s*(?<count>\d{1,3})\*", RegexOptions.CultureInvariant)]
    private static partial Regex Repeated();
}
