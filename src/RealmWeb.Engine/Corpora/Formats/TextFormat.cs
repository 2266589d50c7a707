using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Plain text, one document a file. Title: the first line where it stands alone like a heading, else the file name; the line stays in the
/// text, so that what it says can be found and answered.</summary>
public sealed class TextFormat : ICorpusReader
{
    private const int LongestTitle = 100;

    public IReadOnlyList<string> Extensions { get; } = [".txt", ".text"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxDocumentBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        var (decoded, wrong) = WholeText.Decode(bytes);
        if (decoded is null)
            return [new Skipped(file.Path, wrong!)];
        var text = TextNormalization.Normalize(decoded);
        if (string.IsNullOrWhiteSpace(text))
            return [new Skipped(file.Path, "It holds no text, only white space.")];
        return [new Document(file.Path, TitleIn(text) ?? CorpusFormats.TitleOf(file.Path), text)];
    }

    private static string? TitleIn(string text)
    {
        var start = text.Length - text.AsSpan().TrimStart().Length;
        var end = text.IndexOf('\n', start);
        if (end < 0)
            return null;
        var line = text[start..end].Trim();
        var next = text.IndexOf('\n', end + 1);
        var below = next < 0 ? "" : text[(end + 1)..next].Trim();
        var standsAlone = next >= 0 && (below.Length == 0 || IsRule(below)) && !string.IsNullOrWhiteSpace(text[next..]);
        return standsAlone && line.Length <= LongestTitle && line[^1] is not ('.' or ',' or ';' or ':') && !IsItem(line) ? line : null;
    }

    // ===== below a title.
    private static bool IsRule(string line) => line.Length > 2 && line[0] is '=' or '-' or '~' or '*' && line.All(unit => unit == line[0]);

    private static bool IsItem(string line) => line.Length > 1 && line[0] is '-' or '*' or '+' or '•' && line[1] == ' ';
}
