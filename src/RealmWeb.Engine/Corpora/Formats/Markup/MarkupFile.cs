using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>A file of light markup that is one document. Title: the first heading, else the file name.</summary>
internal static class MarkupFile
{
    /// <param name="read">Writes what a reader of the page sees; its result is the first heading, null where there is none.</param>
    internal static CorpusEntry Read(CorpusFile file, CorpusReadOptions options, Func<List<string>, PlainTextBuilder, string?> read)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxMarkupBytes);
        if (bytes is null)
            return new Skipped(file.Path, tooLarge!);
        var (decoded, wrong) = WholeText.Decode(bytes);
        if (decoded is null)
            return new Skipped(file.Path, wrong!);
        var text = new PlainTextBuilder();
        var lines = TextNormalization.Normalize(decoded).Split('\n').Select(line => line.Replace("\t", "        ", StringComparison.Ordinal).TrimEnd());
        var heading = read([.. lines], text);
        var plain = TextNormalization.Normalize(text.ToString());
        return string.IsNullOrWhiteSpace(plain)
            ? new Skipped(file.Path, "It holds no text behind its markup.")
            : new Document(file.Path, string.IsNullOrEmpty(heading) ? CorpusFormats.TitleOf(file.Path) : heading, plain);
    }
}
