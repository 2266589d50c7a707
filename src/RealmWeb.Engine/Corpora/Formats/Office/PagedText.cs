using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office;

/// <summary>Puts the texts of pages below each other, in stored form, and remembers where each begins.</summary>
internal sealed class PagedText
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _starts = [];
    private int _empty;

    /// <summary>Offsets in the text at which the pages begin. A page without text begins where the next one does.</summary>
    internal IReadOnlyList<int> Starts => [.. _starts, .. Enumerable.Repeat(_text.Length, _empty)];

    internal int Pages => _starts.Count + _empty;

    internal void Add(string page)
    {
        var text = TextNormalization.Normalize(page).Trim();
        _empty++;
        if (text.Length == 0)
            return;
        if (_text.Length > 0)
            _text.Append("\n\n");
        _starts.AddRange(Enumerable.Repeat(_text.Length, _empty));
        _empty = 0;
        _text.Append(text);
    }

    public override string ToString() => _text.ToString();
}
