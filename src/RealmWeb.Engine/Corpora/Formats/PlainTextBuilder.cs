using System.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Collects the text of marked-up documents: blocks apart by a blank line, white space within them collapsed.</summary>
internal sealed class PlainTextBuilder
{
    private readonly StringBuilder _text = new();
    // Line ends owed before the next character.
    private int _breaks;
    private bool _space;
    // The bullet of an item that has no text yet.
    private string? _marker;

    /// <summary>Ends the block: what follows stands behind a blank line.</summary>
    internal void EndBlock() => Break(2);

    /// <summary>Ends the line.</summary>
    internal void EndLine() => Break(1);

    /// <summary>Begins an item; the marker stands before its first character, whatever blocks that is in.</summary>
    internal void BeginItem(string marker)
    {
        EndLine();
        _marker = marker;
    }

    /// <summary>Ends an item; one without text leaves nothing.</summary>
    internal void EndItem()
    {
        _marker = null;
        EndLine();
    }

    /// <summary>What follows explains what stands there: a colon, and the line goes on.</summary>
    internal void BeginExplanation()
    {
        (_breaks, _space) = (0, false);
        _marker = _text.Length == 0 ? null : _text[^1] == ':' ? " " : ": ";
    }

    /// <summary>Running text: any white space is one space.</summary>
    internal void Append(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            if (char.IsWhiteSpace(unit))
                _space = true;
            else
            {
                Settle();
                _text.Append(unit);
            }
        }
    }

    /// <summary>Text whose line ends and spaces count, such as code.</summary>
    internal void AppendVerbatim(ReadOnlySpan<char> text)
    {
        if (_breaks > 0 || _text.Length == 0)
        {
            // The line end behind an opening tag is not part of the code; the indent of its first line is.
            text = text.TrimStart('\n');
            if (text.IsWhiteSpace())
                return;
        }
        Settle();
        _text.Append(text);
    }

    /// <summary>The end of the line that is being written, at most so long; empty where the next character begins a line or a word.</summary>
    internal string WordsBefore(int length) => _breaks > 0 || _space || _marker is not null ? ""
        : _text.ToString(Math.Max(0, _text.Length - length), Math.Min(length, _text.Length));

    /// <summary>Letters so far.</summary>
    internal int Length => _text.Length;

    /// <summary>What was appended since there were so many letters, without white space around it.</summary>
    internal string From(int length) => _text.ToString(length, _text.Length - length).Trim();

    /// <summary>Takes back what was appended since there were so many letters.</summary>
    internal void Cut(int length) => _text.Length = length;

    public override string ToString() => _text.ToString().TrimEnd();

    private void Break(int lines)
    {
        if (_marker is null)
            _breaks = Math.Max(_breaks, lines);
    }

    private void Settle()
    {
        if (_text.Length > 0 && _breaks > 0)
        {
            while (_text.Length > 0 && char.IsWhiteSpace(_text[^1]))
                _text.Length--;
            _text.Append('\n', _breaks);
        }
        else if (_space && _text.Length > 0 && _marker is null)
            _text.Append(' ');
        _text.Append(_marker);
        (_breaks, _space, _marker) = (0, false, null);
    }
}
