using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>Reduces what stands within lines: templates, links, tags, comments and quotes. What is left is lines of text, lists, headings and tables.</summary>
/// <param name="hidden">Namespaces whose links show no words.</param>
internal sealed class WikiMarkup(string source, IReadOnlySet<string> hidden)
{
    // What is nested deeper is taken for text.
    private const int MostNested = 60;

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "ref", "references", "gallery", "timeline", "score", "imagemap", "templatestyles", "mapframe", "maplink", "graph", "indicator", "hiero",
        "categorytree", "inputbox",
    };

    private static readonly HashSet<string> Literal = new(StringComparer.OrdinalIgnoreCase) { "nowiki", "math", "chem", "ce" };

    private static readonly HashSet<string> Code = new(StringComparer.OrdinalIgnoreCase) { "pre", "source", "syntaxhighlight" };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "center", "blockquote", "table", "tr", "ul", "ol", "li", "dl", "dd", "dt",
    };

    private readonly Stack<Frame> _open = new([new Frame(FrameKind.Page)]);
    private readonly HashSet<string> _neverClosed = new(StringComparer.OrdinalIgnoreCase);
    private int _templates;
    private int _addresses;

    private enum FrameKind
    {
        Page,
        Template,
        Link,
    }

    private StringBuilder Text => _open.Peek().Parts[^1];

    public string Reduce()
    {
        var at = 0;
        while (at < source.Length)
            at = Step(at);
        while (_open.Count > 1)
            LeaveOpen();
        return Text.ToString();
    }

    private int Step(int at)
    {
        var (letter, next) = (source[at], at + 1 < source.Length ? source[at + 1] : '\0');
        switch (letter)
        {
            case '<':
                return Tag(at);
            case '{' when next == '{' && _open.Count < MostNested:
                _open.Push(new Frame(FrameKind.Template));
                _templates++;
                return at + 2;
            case '}' when next == '}' && _templates > 0:
                while (_open.Peek().Kind != FrameKind.Template)
                    LeaveOpen();
                _templates--;
                Close(template => WikiTemplate.Reduce(template));
                return at + 2;
            case '[' when next == '[' && _open.Count < MostNested:
                _open.Push(new Frame(FrameKind.Link));
                return at + 2;
            case ']' when next == ']' && _open.Peek().Kind == FrameKind.Link:
                Close(LinkText);
                return at + 2;
            case '[' when IsAddress(at + 1):
                return Address(at + 1);
            case ']' when _addresses > 0:
                _addresses--;
                return at + 1;
            case '|' when _open.Count > 1:
                _open.Peek().Parts.Add(new StringBuilder());
                return at + 1;
            case '\'' when next == '\'':
                var end = at;
                while (end < source.Length && source[end] == '\'')
                    end++;
                // Two are italics, three bold, five both; what is over is an apostrophe.
                Text.Append('\'', (end - at) switch { 4 => 1, > 5 => end - at - 5, _ => 0 });
                return end;
            case '\n':
                _addresses = 0;
                Text.Append('\n');
                return at + 1;
            default:
                Text.Append(letter);
                return at + 1;
        }
    }

    // What was opened and never closed is text.
    private void LeaveOpen()
    {
        var frame = _open.Pop();
        if (frame.Kind == FrameKind.Template)
            _templates--;
        Text.Append(frame.Kind == FrameKind.Template ? "{{" : "[[").AppendJoin('|', frame.Parts);
    }

    private void Close(Func<IReadOnlyList<string>, string> reduce)
    {
        var frame = _open.Pop();
        Text.Append(reduce([.. frame.Parts.Select(part => part.ToString())]));
    }

    private string LinkText(IReadOnlyList<string> parts)
    {
        var target = parts[0].Trim();
        var colon = target.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && hidden.Contains(target[..colon].Trim().Replace('_', ' ')))
            return "";
        return parts.Count > 1 ? string.Join('|', parts.Skip(1)) : target.TrimStart(':');
    }

    private bool IsAddress(int at) => source.AsSpan(at) is var rest
        && (rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("//", StringComparison.Ordinal));

    // [http://example.org its words]
    private int Address(int at)
    {
        var length = source.AsSpan(at).IndexOfAny(" ]\n\t");
        if (length < 0)
            return source.Length;
        if (source[at + length] is ' ' or '\t')
            _addresses++;
        return source[at + length] == '\n' ? at + length : at + length + 1;
    }

    private int Tag(int at)
    {
        if (source.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal))
            return source.IndexOf("-->", at, StringComparison.Ordinal) is var end and >= 0 ? end + 3 : source.Length;
        var first = at + 1 < source.Length && source[at + 1] == '/' ? at + 2 : at + 1;
        var last = first;
        while (last < source.Length && char.IsAsciiLetterOrDigit(source[last]))
            last++;
        var close = last == first || _neverClosed.Contains(">") ? -1 : source.IndexOf('>', last);
        if (close < 0)
        {
            if (last > first)
                _neverClosed.Add(">");
            Text.Append('<');
            return at + 1;
        }
        var name = source[first..last];
        if (first == at + 1 && source[close - 1] != '/' && (Dropped.Contains(name) || Literal.Contains(name) || Code.Contains(name)))
            return Element(name, close + 1);
        if (string.Equals(name, "br", StringComparison.OrdinalIgnoreCase))
            Text.Append(WikiText.SoftBreak);
        else if (Blocks.Contains(name))
            Text.Append('\n');
        // An exponent, and not "2nd".
        else if (first == at + 1 && string.Equals(name, "sup", StringComparison.OrdinalIgnoreCase)
            && close + 1 < source.Length && !char.IsLetter(source[close + 1]))
            Text.Append('^');
        return close + 1;
    }

    // Up to its end; one without an end is no element.
    private int Element(string name, int at)
    {
        var end = _neverClosed.Contains(name) ? -1 : source.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            _neverClosed.Add(name);
            return at;
        }
        var content = source[at..end];
        if (Literal.Contains(name))
            Text.Append(content);
        else if (Code.Contains(name))
            Text.Append('\n').AppendJoin("", content.Trim('\n').Split('\n').Select(line => $"{WikiText.Verbatim}{line}\n"));
        var close = source.IndexOf('>', end);
        return close < 0 ? source.Length : close + 1;
    }

    private sealed record Frame(FrameKind Kind)
    {
        public List<StringBuilder> Parts { get; } = [new StringBuilder()];
    }
}
