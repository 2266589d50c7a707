using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>A WordPiece vocabulary: one token a row, as in a published vocab.txt.</summary>
public sealed class Vocabulary
{
    public const string PadToken = "[PAD]", UnknownToken = "[UNK]", ClsToken = "[CLS]", SepToken = "[SEP]", MaskToken = "[MASK]";

    private readonly string[] _tokens;

    /// <exception cref="VocabularyException">A token is empty or stands twice, or one of the five special tokens is missing.</exception>
    public Vocabulary(IEnumerable<string> tokens) : this(tokens, "The vocabulary") { }

    private Vocabulary(IEnumerable<string> tokens, string origin)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = [.. tokens];
        var ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < _tokens.Length; id++)
        {
            if (_tokens[id].Length == 0)
                throw new VocabularyException($"{origin} has an empty token in line {id + 1}. Remove the line or take the file that came with the model.");
            if (!ids.TryAdd(_tokens[id], id))
                throw new VocabularyException($"{origin} has the token '{_tokens[id]}' twice, in lines {ids[_tokens[id]] + 1} and {id + 1}. "
                    + "Take the file that came with the model.");
        }
        string[] special = [PadToken, UnknownToken, ClsToken, SepToken, MaskToken];
        var missing = special.Where(token => !ids.ContainsKey(token)).ToArray();
        if (missing.Length > 0)
            throw new VocabularyException($"{origin} ({_tokens.Length} tokens) lacks {string.Join(", ", missing)}. "
                + "A vocab.txt of a BERT or REALM model has one token a line and all five special tokens.");
        PadId = ids[PadToken];
        UnknownId = ids[UnknownToken];
        ClsId = ids[ClsToken];
        SepId = ids[SepToken];
        MaskId = ids[MaskToken];
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _tokens))));
    }

    public int Count => _tokens.Length;

    public int PadId { get; }

    public int UnknownId { get; }

    public int ClsId { get; }

    public int SepId { get; }

    public int MaskId { get; }

    /// <summary>SHA-256 of the tokens joined by \n, lower-case hexadecimal: two models fit together only where these agree.</summary>
    public string Hash { get; }

    /// <summary>Tokens by id.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Reads a vocab.txt: UTF-8, one token a line, either line end.</summary>
    /// <exception cref="VocabularyException">The file is no complete vocabulary; the message says which line or token.</exception>
    public static Vocabulary Load(string path)
    {
        var lines = File.ReadAllText(path).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        // The last line end closes a token, it does not open an empty one.
        if (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return new Vocabulary(lines, path);
    }

    /// <summary>Writes a vocab.txt that <see cref="Load"/> and other tools read.</summary>
    public void Save(string path) => File.WriteAllText(path, string.Join('\n', _tokens) + "\n");

    /// <exception cref="ArgumentOutOfRangeException">There is no row <paramref name="id"/>.</exception>
    public string Token(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, _tokens.Length);
        return _tokens[id];
    }
}
