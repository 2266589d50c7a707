using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>The one form in which text is stored and offsets are counted.</summary>
public static class TextNormalization
{
    /// <summary>Brings text into stored form: NFC, plain letters (ligatures, soft hyphens and their like: <see cref="PlainLetters"/>), line ends \n, no
    /// byte-order mark, no NUL, unpaired surrogates replaced by U+FFFD.</summary>
    /// <remarks>What is stored is what is searched, read and shown, so no offset has to be carried from one form to another.</remarks>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
                continue;
            }
            switch (c)
            {
                case '\r':
                    clean.Append('\n');
                    if (i + 1 < text.Length && text[i + 1] == '\n')
                        i++;
                    break;
                case '\0' or '\uFEFF':
                    break;
                case < '\u0080' and not ('\f' or '\v'):
                    clean.Append(c);
                    break;
                default:
                    PlainLetters.Append(char.IsSurrogate(c) ? '\uFFFD' : c, clean);
                    break;
            }
        }
        return CanonicalForms.Compose(clean.ToString());
    }
}
