using System.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Collects the text of marked-up documents: blocks apart by a blank line, white space within them collapsed.</summary>
internal sealed class PlainTextBuilder
{
    private readonly StringBuilder _text = new();
    // Line ends owed before the next character.
    private int _breaks;
    private bool _space;

    /// <summary>Whether the next character begins a line.</summary>
    internal bool IsAtLineStart => _breaks > 0 || _text.Length == 0;

    /// <summary>Ends the block: what follows stands behind a blank line.</summary>
    internal void EndBlock() => _breaks = Math.Max(_breaks, 2);

    /// <summary>Ends the line.</summary>
    internal void EndLine() => _breaks = Math.Max(_breaks, 1);

    /// <summary>Running text: any white space is one space.</summary>
    internal void Append(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            // A no-break space stays: it is how authors keep a number and its unit together.
            if (char.IsWhiteSpace(unit) && unit != '\u00A0')
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

    public override string ToString() => _text.ToString().TrimEnd();

    private void Settle()
    {
        if (_text.Length > 0 && _breaks > 0)
        {
            while (_text.Length > 0 && char.IsWhiteSpace(_text[^1]))
                _text.Length--;
            _text.Append('\n', _breaks);
        }
        else if (_space && _text.Length > 0)
            _text.Append(' ');
        (_breaks, _space) = (0, false);
    }
}
