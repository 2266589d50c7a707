using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Office.RichText;

/// <summary>The text of a document in rich text: paragraphs and headings apart by a blank line, items and rows a line each, footnotes and text boxes below
/// the paragraph that they are anchored at. Left out are headers and footers, hidden and deleted text, codes of fields, comments and pictures.</summary>
internal sealed partial class RichTextReader(byte[] bytes, TextBudget budget)
{
    private const int DeepestGroup = 512, MostStyles = 10_000;
    private const int GroupCost = 1;

    // What stands in a group of these is no text of the document. Groups behind \* are left out as well, but for a few.
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "colortbl", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "info", "xe", "tc", "tcn", "rxe", "fldinst",
        "sn", "sv", "nonesttables", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "template", "filetbl", "listtable", "listoverridetable",
        "revtbl", "bkmkstart", "bkmkend", "private",
    };

    private static readonly HashSet<string> Entered = new(StringComparer.Ordinal) { "shpinst", "do", "shptxt", "dptxbxtext" };

    private readonly RichTextTokens _tokens = new(bytes);
    private readonly RichTextLetters _letters = new();
    private readonly RichTextTable _table = new(budget);
    private readonly PlainTextBuilder _text = new();
    private readonly Stack<Group> _groups = [];
    private readonly Dictionary<int, (bool IsHeading, bool IsTitle)> _styles = [];
    private readonly List<string> _notes = [];
    private Group _group = new(Part.Body) { Skips = 1 };
    private StringBuilder _paragraph = new();
    private string? _marker;
    private bool _isHeading, _isTitle, _isInTable, _isStarred, _isBeginning;
    private int _style;

    private enum Part
    {
        Body,
        LeftOut,
        Fonts,
        Styles,
        Title,
        Marker,
        Note,
    }

    /// <summary>What the document says that it is called; empty for nothing.</summary>
    internal string GivenTitle { get; private set; } = "";

    /// <summary>The paragraph that is set as title; null for none.</summary>
    internal string? Title { get; private set; }

    internal string? Heading { get; private set; }

    /// <summary>It ends within a group.</summary>
    internal bool IsCutOff { get; private set; }

    /// <exception cref="PackageException">It is nested too deeply or too long.</exception>
    internal string Read(CancellationToken cancellationToken)
    {
        for (var token = _tokens.Next(); token != RichTextToken.End; token = _tokens.Next())
        {
            if (token == RichTextToken.Byte)
            {
                AddByte(_tokens.Byte);
                continue;
            }
            FlushLetters();
            if (token == RichTextToken.Word)
                DoWord(_tokens.Word, _tokens.Number);
            else if (token == RichTextToken.Open)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Open();
            }
            else if (_groups.Count > 0)
                Close();
        }
        FlushLetters();
        IsCutOff = _groups.Count > 0;
        while (_groups.Count > 0)
            Close();
        _isInTable &= _paragraph.Length == 0;
        EndParagraph();
        _isInTable = false;
        EndParagraph();
        _table.EndInto(_text);
        return _text.ToString();
    }

    private void Open()
    {
        if (_groups.Count >= DeepestGroup)
            throw new PackageException($"Its groups are nested more than {DeepestGroup} deep. Open it in a word processor, save it anew and import that.");
        budget.Spend(GroupCost);
        _groups.Push(_group);
        _group = _group with { Outer = null };
        (_isBeginning, _isStarred) = (true, false);
        _letters.SkipNothing();
    }

    private void Close()
    {
        var ended = _group;
        if (ended.Part == Part.Styles)
            EndStyle();
        _group = _groups.Pop();
        _letters.SkipNothing();
        if (ended.Outer is { } outer)
        {
            var own = _paragraph.ToString();
            _paragraph = outer;
            if (ended.Part == Part.Title)
                GivenTitle = own;
            else if (ended.Part == Part.Marker)
                _marker = Marker(own);
            else if (ended.Part == Part.Note && own.Trim() is { Length: > 0 } note)
                _notes.Add(note);
        }
        _isBeginning = false;
    }

    // A part of the document that is not written where it stands: what comes is collected apart.
    private void Enter(Part part)
    {
        if (_group.Part == Part.LeftOut && part != Part.Title || _groups.Count == 0)
            return;
        _group = _group with { Part = part, Outer = part is Part.Title or Part.Marker or Part.Note ? _group.Outer ?? _paragraph : _group.Outer };
        if (_group.Outer is not null)
            _paragraph = new StringBuilder();
    }

    private void DoWord(string word, int? number)
    {
        var isBeginning = _isBeginning;
        if (word == "*")
        {
            _isStarred = isBeginning;
            return;
        }
        _isBeginning = false;
        if (isBeginning && (LeftOut.Contains(word) || _isStarred && !Entered.Contains(word)))
        {
            _group = _group with { Part = Part.LeftOut };
            return;
        }
        switch (word)
        {
            case "fonttbl":
                Enter(Part.Fonts);
                return;
            case "stylesheet":
                Enter(Part.Styles);
                return;
            case "title" when isBeginning:
                Enter(Part.Title);
                return;
            case "listtext" or "pntext" when isBeginning:
                Enter(Part.Marker);
                return;
            case "footnote" or "shptxt" or "dptxbxtext" when isBeginning:
                Enter(Part.Note);
                return;
            case "ansicpg":
                _letters.CodePage = number ?? 0;
                return;
            case "f" or "deff":
                _group = _group with { Font = number ?? 0 };
                return;
            case "uc":
                _group = _group with { Skips = Math.Clamp(number ?? 1, 0, 16) };
                return;
        }
        if (_group.Part == Part.LeftOut)
            return;
        if (_group.Part == Part.Fonts)
            _letters.DescribeFont(_group.Font, word, number);
        else if (_group.Part == Part.Styles)
            DescribeStyle(word, number);
        else if (word == "u")
        {
            Append((char)(ushort)(number ?? ' '));
            _letters.SkipNext(_group.Skips);
        }
        else if (RichTextLetters.Named(word) is { } letter)
            Append(letter);
        else
            Format(word, number);
    }

    private void Format(string word, int? number)
    {
        switch (word)
        {
            case "par" or "sect" or "nestcell" or "page":
                EndParagraph();
                break;
            case "line" or "softline":
                _paragraph.Append('\n');
                break;
            case "pard":
                (_isHeading, _isTitle, _isInTable) = (false, false, false);
                break;
            case "plain":
                _group = _group with { IsHidden = false, IsRaised = false, Font = 0 };
                break;
            case "s":
                (_isHeading, _isTitle) = _styles.GetValueOrDefault(number ?? 0);
                break;
            case "outlinelevel":
                _isHeading = number is null or < 9;
                break;
            case "intbl":
                _isInTable = true;
                break;
            case "v" or "deleted":
                _group = _group with { IsHidden = number != 0 };
                break;
            case "super":
                _group = _group with { IsRaised = number != 0 };
                break;
            case "nosupersub" or "sub":
                _group = _group with { IsRaised = false };
                break;
            case "cell":
                _isInTable = true;
                EndParagraph();
                _table.EndCell();
                break;
            case "row":
                _table.EndRow();
                break;
            default:
                _table.Describe(word);
                break;
        }
    }

    private void DescribeStyle(string word, int? number)
    {
        if (word == "s")
            _style = number ?? 0;
        else if (word == "outlinelevel" && number is null or < 9)
            _isHeading = true;
    }

    // The name of a style ends its description: "heading 1;".
    private void EndStyle()
    {
        var name = _paragraph.ToString().Trim().TrimEnd(';');
        _paragraph.Clear();
        if (name.Length > 0 && _styles.Count < MostStyles)
        {
            var isTitle = name.Equals("Title", StringComparison.OrdinalIgnoreCase);
            _styles[_style] = (isTitle || _isHeading || name.StartsWith("heading ", StringComparison.OrdinalIgnoreCase), isTitle);
        }
        (_style, _isHeading) = (0, false);
    }

    private void AddByte(byte unit)
    {
        _isBeginning = false;
        if (_group.Part is not (Part.LeftOut or Part.Fonts) && !_group.IsHidden)
            _letters.Add(unit);
    }

    private void FlushLetters()
    {
        var letters = _letters.Take(_group.Font);
        if (letters.Length > 0)
            Append(letters);
    }

    private void Append(char letter) => Append(letter.ToString());

    private void Append(string letters)
    {
        if (_group.IsHidden || _group.Part is Part.LeftOut or Part.Fonts)
            return;
        budget.Spend(letters.Length);
        // Exponents; not the marks of footnotes, which stand behind a word.
        if (_group.IsRaised && char.IsAsciiLetterOrDigit(letters[0]) && _paragraph.Length > 0 && char.IsAsciiDigit(_paragraph[^1]))
            _paragraph.Append('^');
        _paragraph.Append(letters);
    }

    private void EndParagraph()
    {
        if (_group.Part == Part.Note)
        {
            _paragraph.Append('\n');
            return;
        }
        if (_group.Part != Part.Body)
            return;
        var words = string.Join('\n', _paragraph.ToString().Split('\n').Select(line => WhiteSpace().Replace(line, " ").Trim())).Trim();
        _paragraph.Clear();
        if (_isInTable)
            _table.AddLine(_marker is null || words.Length == 0 ? words : $"{_marker}{words}");
        else if (words.Length > 0)
        {
            _table.EndInto(_text);
            AppendParagraph(words);
        }
        _marker = null;
        if (!_isInTable)
            AppendNotes();
    }

    // Of a table too, once it is over.
    private void AppendNotes()
    {
        if (_notes.Count > 0)
            _table.EndInto(_text);
        foreach (var note in _notes)
        {
            _text.EndBlock();
            _text.AppendVerbatim(note);
            _text.EndBlock();
        }
        _notes.Clear();
    }

    private void AppendParagraph(string words)
    {
        if (_isHeading)
        {
            words = words.ReplaceLineEndings(" ");
            Heading ??= words;
            Title ??= _isTitle ? words : null;
        }
        var isItem = _marker is not null && !_isHeading;
        if (isItem)
            _text.BeginItem(_marker!);
        else
            _text.EndBlock();
        _text.AppendVerbatim(_marker is not null && _isHeading && _marker != "- " ? $"{_marker}{words}" : words);
        if (isItem)
            _text.EndItem();
        else
            _text.EndBlock();
    }

    // What stands before an item: its number, or a sign that may be of a font of signs.
    private static string? Marker(string shown) => shown.Trim() is not { Length: > 0 } marker ? null
        : marker.Any(char.IsAsciiLetterOrDigit) ? $"{marker} " : "- ";

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    /// <param name="Part">What its text is.</param>
    private readonly record struct Group(Part Part)
    {
        /// <summary>Letters behind a \u that older programs read instead of it.</summary>
        public int Skips { get; init; }

        public int Font { get; init; }

        public bool IsHidden { get; init; }

        public bool IsRaised { get; init; }

        /// <summary>The paragraph around, where what comes is collected apart.</summary>
        public StringBuilder? Outer { get; init; }
    }
}
