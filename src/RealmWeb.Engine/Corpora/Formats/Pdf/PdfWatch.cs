using UglyToad.PdfPig.Logging;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>A PDF takes longer, or holds more, than a file may.</summary>
internal sealed class PdfLimitException(string message) : Exception(message);

/// <summary>What one PDF may still cost. Whatever the parser calls back asks it, so that a file that keeps the parser busy without end is left at the
/// next call; as the parser's log it is handed to everything that reads a page.</summary>
internal sealed class PdfWatch(CorpusReadOptions options, CancellationToken cancellationToken) : ILog
{
    private long _deadline = long.MaxValue;

    internal int MaxStreamBytes => options.MaxDocumentBytes;

    /// <summary>Glyphs without a code that says which letter they are.</summary>
    internal long Unreadable { get; private set; }

    /// <summary>Begins a page, or the file's directory: its time runs from here.</summary>
    internal void Begin() => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)options.MaxPageTime.TotalMilliseconds);

    /// <summary>Whoever waits has given the file up.</summary>
    internal void GiveUp() => Volatile.Write(ref _deadline, 0);

    /// <exception cref="PdfLimitException">The page has had its time.</exception>
    internal void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Environment.TickCount64 > Volatile.Read(ref _deadline))
            throw TooSlow(options);
    }

    internal void CountUnreadable() => Unreadable++;

    internal static PdfLimitException TooSlow(CorpusReadOptions options) =>
        new($"it takes longer than {options.MaxPageTime.TotalSeconds:N0} seconds");

    public void Debug(string message) => Check();

    public void Debug(string message, Exception ex) => Check();

    public void Warn(string message) => Check();

    public void Error(string message) => Check();

    public void Error(string message, Exception ex) => Check();
}
