using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.RichText;

internal enum RichTextToken
{
    End,
    Open,
    Close,

    /// <summary>A word of control with its number.</summary>
    Word,

    /// <summary>A byte of text.</summary>
    Byte,
}

/// <summary>Cuts rich text into its tokens (Rich Text Format 1.9.1). Data that stands in it as bytes is passed over.</summary>
internal sealed class RichTextTokens(byte[] bytes)
{
    // The longest word of the specification has 19 letters.
    private const int LongestWord = 32;

    private int _at;

    internal string Word { get; private set; } = "";

    /// <summary>Behind the word; null for none.</summary>
    internal int? Number { get; private set; }

    internal byte Byte { get; private set; }

    internal RichTextToken Next()
    {
        while (_at < bytes.Length)
        {
            var unit = bytes[_at++];
            switch (unit)
            {
                case (byte)'{':
                    return RichTextToken.Open;
                case (byte)'}':
                    return RichTextToken.Close;
                case (byte)'\r' or (byte)'\n' or 0:
                    continue;
                case (byte)'\\':
                    if (Control() is { } token)
                        return token;
                    continue;
                default:
                    Byte = unit;
                    return RichTextToken.Byte;
            }
        }
        return RichTextToken.End;
    }

    private RichTextToken? Control()
    {
        if (_at >= bytes.Length)
            return null;
        var unit = bytes[_at];
        if (char.IsAsciiLetter((char)unit))
            return ReadWord();
        _at++;
        switch (unit)
        {
            case (byte)'\\' or (byte)'{' or (byte)'}':
                Byte = unit;
                return RichTextToken.Byte;
            case (byte)'\'':
                if (_at + 2 > bytes.Length || !byte.TryParse(bytes.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                    return null;
                _at += 2;
                Byte = code;
                return RichTextToken.Byte;
            case (byte)'\r' or (byte)'\n':
                (Word, Number) = ("par", null);
                return RichTextToken.Word;
            default:
                (Word, Number) = (((char)unit).ToString(), null);
                return RichTextToken.Word;
        }
    }

    private RichTextToken? ReadWord()
    {
        var start = _at;
        while (_at < bytes.Length && _at - start < LongestWord && char.IsAsciiLetter((char)bytes[_at]))
            _at++;
        Word = Encoding.ASCII.GetString(bytes, start, _at - start);
        var digits = _at;
        if (_at < bytes.Length && bytes[_at] == '-')
            _at++;
        while (_at < bytes.Length && char.IsAsciiDigit((char)bytes[_at]))
            _at++;
        Number = int.TryParse(bytes.AsSpan(digits, _at - digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (_at < bytes.Length && bytes[_at] == ' ')
            _at++;
        if (Word != "bin")
            return RichTextToken.Word;
        _at = (int)Math.Min(bytes.Length, (long)_at + Math.Max(0, Number ?? 0));
        return null;
    }
}
