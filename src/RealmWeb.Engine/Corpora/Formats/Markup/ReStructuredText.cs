using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>Appends the blocks of reStructuredText: headings and paragraphs apart by a blank line, items and rows a line each, literal blocks as they are.
/// Left out are comments, targets, and directives that bring in other files or lists of contents.</summary>
internal sealed partial class ReStructuredText
{
    // Blocks within blocks; what is deeper stands as it was written.
    private const int Deepest = 32;

    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "contents", "toctree", "include", "literalinclude", "raw", "index", "meta", "highlight", "default-role", "sectnum", "only", "tabularcolumns", "role",
        "currentmodule", "module", "image", "automodule", "autoclass", "autofunction", "date", "title",
    };

    private static readonly HashSet<string> Verbatim = new(StringComparer.Ordinal)
    {
        "code", "code-block", "sourcecode", "parsed-literal", "math", "productionlist", "prompt", "console", "doctest", "testcode", "graphviz",
    };

    private readonly PlainTextBuilder _text;
    private readonly ReStructuredInline _inline;
    private string? _heading;
    // Of the next item that counts by itself (#.).
    private int _number = 1;

    private ReStructuredText(PlainTextBuilder text, ReStructuredInline inline) => (_text, _inline) = (text, inline);

    /// <returns>The first heading; null where there is none.</returns>
    internal static string? Append(List<string> lines, PlainTextBuilder text)
    {
        var reader = new ReStructuredText(text, new ReStructuredInline(lines));
        reader.AppendBlocks(lines, 0);
        return reader._heading;
    }

    private void AppendBlocks(List<string> lines, int depth)
    {
        if (depth > Deepest)
        {
            AppendVerbatim(lines);
            return;
        }
        var last = ' ';
        for (var at = 0; at < lines.Count;)
        {
            if (lines[at].Length == 0)
            {
                at++;
                continue;
            }
            // Items, fields and terms have a line each; a blank one parts them from others.
            var kind = Item().IsMatch(lines[at]) ? 'i' : Field().IsMatch(lines[at]) ? 'f' : IsTerm(lines, at) ? 't' : ' ';
            if (depth == 0 && kind != last)
                _text.EndBlock();
            last = kind;
            at = AppendBlock(lines, at, depth);
        }
    }

    // The line behind the block that begins there.
    private int AppendBlock(List<string> lines, int at, int depth)
    {
        var line = lines[at];
        if (IsHeading(lines, at) is var length and > 0)
        {
            AppendHeading(lines[at + length - 2]);
            return at + length;
        }
        if (IsRule(line) && (at + 1 >= lines.Count || lines[at + 1].Length == 0))
        {
            _text.EndBlock();
            return at + 1;
        }
        if (line[0] == ' ')
        {
            var quoted = Indented(lines, at, 1);
            _text.EndBlock();
            AppendBlocks(Dedented(lines, at, quoted), depth + 1);
            _text.EndBlock();
            return quoted;
        }
        if (line == ".." || line.StartsWith(".. ", StringComparison.Ordinal))
            return AppendExplicit(lines, at, depth);
        if (MarkupTables.Grid(lines, at) is { } grid)
            return AppendTable(grid);
        if (MarkupTables.Simple(lines, at) is { } simple)
            return AppendTable(simple);
        if (Item().Match(line) is { Success: true } item)
            return AppendItem(lines, at, item, depth);
        if (line.StartsWith(">>> ", StringComparison.Ordinal))
        {
            var end = EndOfParagraph(lines, at);
            AppendVerbatim(lines[at..end]);
            return end;
        }
        if (line.StartsWith("| ", StringComparison.Ordinal) || line == "|")
            return AppendLineBlock(lines, at);
        if (Field().Match(line) is { Success: true } field)
            return AppendField(lines, at, field, depth);
        if (IsTerm(lines, at))
            return AppendTerm(lines, at, depth);
        return AppendParagraph(lines, at);
    }

    private void AppendHeading(string words)
    {
        var heading = _inline.Plain(words.Trim());
        _heading ??= heading;
        _text.EndBlock();
        _text.Append(heading);
        _text.EndBlock();
    }

    private int AppendTable((List<List<RowCell>> Rows, int End) table)
    {
        TableText.Append([.. table.Rows.Select(row => row.ConvertAll(cell => cell with { Content = _inline.Plain(cell.Content) }))], isLayout: false, _text);
        return table.End;
    }

    private int AppendItem(List<string> lines, int at, Match item, int depth)
    {
        var marker = item.Groups["number"] is { Success: true } number
            ? $"{number.Value.Replace("#", $"{_number}", StringComparison.Ordinal)} " : "- ";
        var next = _number + 1;
        _number = 1;
        var end = Indented(lines, at + 1, item.Length);
        var content = new List<string> { lines[at][item.Length..] };
        content.AddRange(Dedented(lines, at + 1, end));
        _text.BeginItem(marker);
        AppendBlocks(content, depth + 1);
        _text.EndItem();
        _number = NextIsItem(lines, end) ? next : 1;
        return end;
    }

    private static bool IsTerm(List<string> lines, int at) =>
        at + 1 < lines.Count && lines[at + 1].StartsWith(' ') && !lines[at].StartsWith(' ') && !lines[at].EndsWith("::", StringComparison.Ordinal)
            && !lines[at].StartsWith("..", StringComparison.Ordinal) && !Item().IsMatch(lines[at]) && !Field().IsMatch(lines[at]);

    private static bool NextIsItem(List<string> lines, int at)
    {
        while (at < lines.Count && lines[at].Length == 0)
            at++;
        return at < lines.Count && Item().IsMatch(lines[at]);
    }

    private int AppendTerm(List<string> lines, int at, int depth)
    {
        var end = Indented(lines, at + 1, 1);
        _text.EndLine();
        _text.Append(_inline.Plain(lines[at]));
        _text.BeginExplanation();
        AppendBlocks(Dedented(lines, at + 1, end), depth + 1);
        _text.EndLine();
        return end;
    }

    private int AppendField(List<string> lines, int at, Match field, int depth)
    {
        var end = Indented(lines, at + 1, 1);
        var content = new List<string> { field.Groups["value"].Value };
        content.AddRange(Dedented(lines, at + 1, end));
        _text.EndLine();
        _text.Append(field.Groups["name"].Value);
        _text.BeginExplanation();
        AppendBlocks(content, depth + 1);
        _text.EndLine();
        return end;
    }

    private int AppendLineBlock(List<string> lines, int at)
    {
        _text.EndBlock();
        for (; at < lines.Count && lines[at].StartsWith('|'); at++)
        {
            _text.Append(_inline.Plain(lines[at][1..].Trim()));
            _text.EndLine();
        }
        _text.EndBlock();
        return at;
    }

    private int AppendParagraph(List<string> lines, int at)
    {
        var end = EndOfParagraph(lines, at);
        var words = string.Join(' ', lines[at..end].Select(line => line.Trim()));
        var isLiteral = words.EndsWith("::", StringComparison.Ordinal);
        if (isLiteral)
            words = words.Length == 2 ? "" : words[^3] == ' ' ? words[..^3] : words[..^1];
        _text.EndBlock();
        _text.Append(_inline.Plain(words));
        _text.EndLine();
        if (!isLiteral)
            return end;
        while (end < lines.Count && lines[end].Length == 0)
            end++;
        var behind = Indented(lines, end, 1);
        AppendVerbatim(Dedented(lines, end, behind));
        return behind;
    }

    // Comments, targets, footnotes, substitutions and directives.
    private int AppendExplicit(List<string> lines, int at, int depth)
    {
        var end = Indented(lines, at + 1, 1);
        var content = Dedented(lines, at + 1, end);
        if (Footnote().Match(lines[at]) is { Success: true } footnote)
        {
            _text.EndBlock();
            AppendBlocks([footnote.Groups["words"].Value, .. content], depth + 1);
        }
        else if (Directive().Match(lines[at]) is { Success: true } directive)
            AppendDirective(directive.Groups["name"].Value, directive.Groups["argument"].Value.Trim(), content, depth);
        return end;
    }

    private void AppendDirective(string name, string argument, List<string> content, int depth)
    {
        var options = content.TakeWhile(line => line.StartsWith(':')).ToList();
        content = [.. content.Skip(options.Count)];
        _text.EndBlock();
        if (options.Find(option => option.StartsWith(":alt: ", StringComparison.Ordinal)) is { } alternative)
            _text.Append(alternative.AsSpan(6));
        else if (LeftOut.Contains(name))
            return;
        _text.EndBlock();
        if (name is "figure" or "image")
            AppendBlocks(content, depth + 1);
        else if (Verbatim.Contains(name))
            AppendVerbatim(name == "math" && argument.Length > 0 ? [argument, .. content] : content);
        else if (name is "list-table" or "csv-table")
        {
            _text.Append(_inline.Plain(argument));
            _text.EndBlock();
            var header = options.Find(option => option.StartsWith(":header: ", StringComparison.Ordinal))?[9..];
            AppendTable((name == "list-table" ? MarkupTables.OfLists(content) : MarkupTables.OfCommas(header is null ? content : [header, .. content]), 0));
        }
        else
        {
            // The words of notes begin behind their name: ".. note:: Never open both."
            var isNote = name is "note" or "warning" or "tip" or "hint" or "important" or "caution" or "danger" or "attention" or "error" or "seealso";
            if (isNote)
                _text.BeginItem($"{char.ToUpperInvariant(name[0])}{name[1..]}: ");
            AppendBlocks(isNote ? [argument, .. content] : [argument, "", .. content], depth + 1);
        }
        _text.EndBlock();
    }

    private void AppendVerbatim(List<string> lines)
    {
        _text.EndBlock();
        _text.AppendVerbatim(string.Join('\n', lines).Trim('\n'));
        _text.EndBlock();
    }

    // A line with a rule of signs below it, or between two: 2 or 3 lines. 0 where there is none.
    private static int IsHeading(List<string> lines, int at)
    {
        if (at + 2 < lines.Count && IsRule(lines[at]) && lines[at + 1].Length > 0 && lines[at + 2] == lines[at] && !IsRule(lines[at + 1]))
            return 3;
        return at + 1 < lines.Count && lines[at][0] != ' ' && !IsRule(lines[at]) && IsRule(lines[at + 1])
            && lines[at + 1].Length >= Math.Min(lines[at].Length, 4) && 2 * lines[at + 1].Length >= lines[at].Length
            && !lines[at + 1].StartsWith("::", StringComparison.Ordinal) ? 2 : 0;
    }

    private static bool IsRule(string line) =>
        line.Length >= 3 && char.IsAscii(line[0]) && (char.IsPunctuation(line[0]) || char.IsSymbol(line[0])) && line.AsSpan().TrimStart(line[0]).IsEmpty;

    private static int EndOfParagraph(List<string> lines, int at)
    {
        while (at < lines.Count && lines[at].Length > 0)
            at++;
        return at;
    }

    // The line behind those that are indented so far, with the blank ones among them.
    private static int Indented(List<string> lines, int at, int indent)
    {
        var end = at;
        for (; at < lines.Count; at++)
        {
            if (lines[at].Length == 0)
                continue;
            if (lines[at].Length <= indent || !lines[at].AsSpan(0, indent).IsWhiteSpace())
                break;
            end = at + 1;
        }
        return end;
    }

    private static List<string> Dedented(List<string> lines, int from, int to)
    {
        var indent = int.MaxValue;
        for (var at = from; at < to; at++)
        {
            if (lines[at].Length > 0)
                indent = Math.Min(indent, lines[at].Length - lines[at].AsSpan().TrimStart(' ').Length);
        }
        return [.. lines.Skip(from).Take(to - from).Select(line => line.Length == 0 ? "" : line[indent..])];
    }

    [GeneratedRegex(@"^(?:[-*+•]|(?<number>\(?(?:\d{1,4}|#|[A-Za-z])[.)]))(?:[ ]+|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Item();

    [GeneratedRegex(@"^:(?<name>[^:`\s][^:`]{0,80}):(?:[ ]+(?<value>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"^\.\. \[(?:\d+|#[\w-]*|\*|[A-Za-z][\w.-]*)\][ ]*(?<words>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Footnote();

    [GeneratedRegex(@"^\.\. (?<name>[A-Za-z][\w:.-]*?)::(?<argument>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();
}
