using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>Lines of wikitext whose markup is reduced, to paragraphs, headings, items and rows.</summary>
internal sealed partial class WikiLines
{
    private static readonly HashSet<string> Apparatus = new(StringComparer.OrdinalIgnoreCase)
    {
        "references", "notes", "notes and references", "references and notes", "footnotes", "citations", "sources", "bibliography", "further reading",
        "external links", "see also", "works cited",
    };

    private readonly PlainTextBuilder _text = new();
    // Headings below which nothing stands yet.
    private readonly List<(int Level, string Words)> _headings = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private int _leftOutLevel = int.MaxValue;
    private WikiTable? _table;

    public string Plain(string reduced)
    {
        foreach (var line in reduced.Split('\n'))
            Take(line);
        EndTable();
        return _text.ToString();
    }

    private void Take(string line)
    {
        if (_table is not null)
        {
            if (_table.Take(line))
                EndTable();
            return;
        }
        if (Heading().Match(line) is { Success: true } heading)
        {
            Begin(heading.Groups[1].Length, Shown(heading.Groups[2].Value));
            return;
        }
        if (_leftOutLevel < int.MaxValue)
            return;
        var trimmed = line.TrimStart();
        if (line.StartsWith(WikiText.Verbatim))
        {
            BeginContent();
            _text.AppendVerbatim(line.AsSpan(1));
            _text.EndLine();
        }
        else if (trimmed.StartsWith("{|", StringComparison.Ordinal))
            _table = new WikiTable();
        else if (trimmed.Length == 0 || trimmed.StartsWith("----", StringComparison.Ordinal))
            _text.EndBlock();
        else if (line[0] is '*' or '#' or ':' or ';')
            Item(line);
        else
            Paragraph(line);
        if (line.Length == 0 || line[0] != '#')
            _numbers.Clear();
    }

    private void Begin(int level, string words)
    {
        if (level > _leftOutLevel)
            return;
        _leftOutLevel = Apparatus.Contains(words) ? level : int.MaxValue;
        _headings.RemoveAll(open => open.Level >= level);
        if (_leftOutLevel == int.MaxValue && words.Length > 0)
            _headings.Add((level, words));
    }

    private void BeginContent()
    {
        if (_headings.Count == 0)
            return;
        foreach (var (_, words) in _headings)
        {
            _text.EndBlock();
            _text.Append(words);
        }
        _text.EndBlock();
        _headings.Clear();
    }

    private void Item(string line)
    {
        var depth = line.AsSpan().IndexOfAnyExcept("*#:;");
        var words = depth < 0 ? "" : Shown(line[depth..]);
        if (words.Length == 0)
            return;
        BeginContent();
        var marker = line[..depth];
        var number = marker[^1] == '#' ? _numbers[marker] = _numbers.GetValueOrDefault(marker) + 1 : 0;
        _text.BeginItem(marker[^1] switch
        {
            '*' => "- ", '#' => string.Create(CultureInfo.InvariantCulture, $"{number}. "), _ => "",
        });
        Append(words);
        _text.EndItem();
    }

    private void Paragraph(string line)
    {
        var words = Shown(line);
        if (words.Length == 0)
            return;
        BeginContent();
        Append(words);
        // Lines of one paragraph follow each other.
        _text.Append(" ");
    }

    private void Append(string words)
    {
        var lines = words.Split(WikiText.SoftBreak, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                _text.EndLine();
            _text.Append(lines[i]);
        }
    }

    private void EndTable()
    {
        if (_table is null)
            return;
        var (caption, rows) = _table.End();
        _table = null;
        if (_leftOutLevel < int.MaxValue || rows.Count == 0)
            return;
        BeginContent();
        if (caption.Length > 0)
        {
            _text.EndBlock();
            _text.Append(caption);
        }
        TableText.Append(rows, isLayout: false, _text);
    }

    /// <summary>Words as a page shows them: entities resolved, and without what is left where a template was.</summary>
    internal static string Shown(string text) =>
        Hollow().Replace(Switch().Replace(WebUtility.HtmlDecode(text), ""), match => match.Value[0] == ' ' ? "" : "(").Trim();

    [GeneratedRegex(@"\A(={1,6})\s*(.+?)\s*\1\s*\z")]
    private static partial Regex Heading();

    // __TOC__
    [GeneratedRegex("__[A-Z]+__")]
    private static partial Regex Switch();

    // " ()" and "(; "
    [GeneratedRegex(@" \(\s*[;,:]*\s*\)|\((?:\s*[;,])+\s*")]
    private static partial Regex Hollow();
}
