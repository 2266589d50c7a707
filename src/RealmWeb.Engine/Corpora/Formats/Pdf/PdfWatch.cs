using RealmWeb.Files;
using UglyToad.PdfPig.Logging;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>A PDF takes longer, or holds more, than a file may.</summary>
internal sealed class PdfLimitException(string message) : Exception(message);

/// <summary>What one PDF may still cost. Whatever the parser calls back asks it, so that a file that keeps the parser busy without end is left at the
/// next call; as the parser's log it is handed to everything that reads a page.</summary>
/// <remarks>Time is that of the reading thread on a processor: a busy server takes longer and refuses no file for that.</remarks>
internal sealed class PdfWatch(CorpusReadOptions options, CancellationToken cancellationToken) : ILog
{
    // Where nothing tells what a thread has used, and for one that waits for a disk that does not answer.
    private const int LongestWait = 20;

    private readonly long _most = (long)options.MaxPageTime.TotalMilliseconds;
    private ThreadTime? _thread;
    private readonly long _mostOfAll = (long)options.MaxPagesTime.TotalMilliseconds;
    private long _started;
    private long _usedBefore;
    private long _begun;
    // When the time that passed is looked at again; no thread has used more of it than passed.
    private long _next = long.MaxValue;

    internal int MaxStreamBytes => options.MaxDocumentBytes;

    /// <summary>Glyphs without a code that says which letter they are.</summary>
    internal long Unreadable { get; private set; }

    /// <summary>Begins to read, on the thread that calls.</summary>
    internal void Start()
    {
        Volatile.Write(ref _thread, ThreadTime.OfThis());
        _started = Environment.TickCount64;
    }

    /// <summary>Begins a page, or the file's directory: its time runs from here.</summary>
    /// <exception cref="PdfLimitException">The pages before have had the time of all.</exception>
    internal void Begin()
    {
        _usedBefore = Used();
        if (_usedBefore > _mostOfAll || Environment.TickCount64 - _started > LongestWait * _mostOfAll)
            throw new PdfLimitException($"the pages before took longer than {options.MaxPagesTime.TotalSeconds:N0} seconds; split the file");
        Volatile.Write(ref _begun, Environment.TickCount64);
        Volatile.Write(ref _next, Environment.TickCount64 + _most);
    }

    /// <summary>Whoever waits has given the file up.</summary>
    internal void GiveUp() => Volatile.Write(ref _next, 0);

    /// <summary>The page has had twice its time, without the parser noticing.</summary>
    internal bool IsStuck() => Spent() is var spent && spent.Used > 2 * _most || spent.Passed > 2 * LongestWait * _most;

    /// <exception cref="PdfLimitException">The page has had its time.</exception>
    internal void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        var next = Volatile.Read(ref _next);
        if (Environment.TickCount64 <= next)
            return;
        var (used, passed) = next == 0 ? (long.MaxValue, 0) : Spent();
        if (used >= _most || passed > LongestWait * _most)
            throw TooSlow(options);
        Interlocked.CompareExchange(ref _next, Environment.TickCount64 + _most - used, next);
    }

    internal void CountUnreadable() => Unreadable++;

    internal static PdfLimitException TooSlow(CorpusReadOptions options) =>
        new($"it takes longer than {options.MaxPageTime.TotalSeconds:N0} seconds");

    public void Debug(string message) => Check();

    public void Debug(string message, Exception ex) => Check();

    public void Warn(string message) => Check();

    public void Error(string message) => Check();

    public void Error(string message, Exception ex) => Check();

    private (long Used, long Passed) Spent() => (Used() - _usedBefore, Environment.TickCount64 - Volatile.Read(ref _begun));

    private long Used() => (long)(Volatile.Read(ref _thread)?.Used() ?? TimeSpan.Zero).TotalMilliseconds;
}
