namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>reStructuredText: what a reader of the page sees (<see cref="ReStructuredText"/>).</summary>
public sealed class ReStructuredTextFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".rst", ".rest"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        [MarkupFile.Read(file, options, (lines, text) => ReStructuredText.Append(lines, text))];
}
