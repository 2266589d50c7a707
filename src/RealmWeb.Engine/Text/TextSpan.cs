namespace RealmWeb.Engine.Text;

/// <summary>A run of characters: UTF-16 offsets, start inclusive, end exclusive.</summary>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>Length in UTF-16 code units.</summary>
    public int Length => End - Start;

    /// <summary>The characters of <paramref name="text"/> that this span covers.</summary>
    public string Of(string text) => text[Start..End];
}
