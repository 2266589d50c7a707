namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>AsciiDoc: what a reader of the page sees (<see cref="AsciiDocText"/>); what it includes from other files is left out.</summary>
public sealed class AsciiDocFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".adoc", ".asciidoc"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        [MarkupFile.Read(file, options, (lines, text) => new AsciiDocText(lines, text).Append())];
}
