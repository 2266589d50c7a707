using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.RichText;

/// <summary>Makes letters of the bytes of rich text, which are in the code page of their font.</summary>
internal sealed class RichTextLetters
{
    private const int MostFonts = 10_000, SymbolCharset = 2;

    private readonly Dictionary<int, int> _codePages = [];
    private readonly List<byte> _bytes = [];
    private int _skip;

    static RichTextLetters() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Of fonts that do not say another one.</summary>
    internal int CodePage { get; set; } = 1252;

    internal void DescribeFont(int font, string word, int? number)
    {
        if (word is not ("fcharset" or "cpg") || _codePages.Count >= MostFonts)
            return;
        if ((word == "cpg" ? number ?? 0 : CodePageOf(number ?? 0)) is var page and > 0)
            _codePages[font] = page;
    }

    internal void SkipNext(int letters) => _skip = letters;

    internal void SkipNothing() => _skip = 0;

    internal void Add(byte unit)
    {
        if (_skip > 0)
            _skip--;
        else
            _bytes.Add(unit);
    }

    /// <summary>The letters of the bytes since the last call, which were of one font.</summary>
    internal string Take(int font)
    {
        if (_bytes.Count == 0)
            return "";
        var letters = EncodingOf(_codePages.GetValueOrDefault(font, CodePage)).GetString(_bytes.ToArray());
        _bytes.Clear();
        return letters;
    }

    /// <summary>The letter that a word of control stands for; null where it is none.</summary>
    internal static string? Named(string word) => word switch
    {
        "tab" => "\t", "emdash" => "—", "endash" => "–", "lquote" => "‘", "rquote" => "’", "ldblquote" => "“", "rdblquote" => "”",
        "bullet" => "•", "~" => "\u00A0", "_" => "-", "emspace" or "enspace" or "qmspace" => " ", _ => null,
    };

    private static Encoding EncodingOf(int codePage)
    {
        try
        {
            return Encoding.GetEncoding(codePage);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return Encoding.GetEncoding(1252);
        }
    }

    // Fonts of signs have no code page: their bullets are those of Windows.
    private static int CodePageOf(int charset) => charset switch
    {
        SymbolCharset or 0 => 1252, 77 => 10000, 128 => 932, 129 => 949, 134 => 936, 136 => 950, 161 => 1253, 162 => 1254, 163 => 1258, 177 => 1255,
        178 => 1256, 186 => 1257, 204 => 1251, 222 => 874, 238 => 1250, _ => 0,
    };
}
