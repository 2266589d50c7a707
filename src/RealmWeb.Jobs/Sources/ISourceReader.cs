using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Sources;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Sources;

/// <summary>Reads one kind of source into its mirror. Every class that implements this is registered.</summary>
internal interface ISourceReader
{
    SourceKind Kind { get; }

    /// <summary>The settings as they are stored, completed and checked as if the source were read now.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says why.</exception>
    SaveSourceRequest Check(SaveSourceRequest source);

    /// <summary>Only an administrator may make it: it reads what is not public.</summary>
    bool IsPrivate(SaveSourceRequest source);

    /// <summary>Brings the mirror into step with the source. What could not be read stays in it as it was.</summary>
    /// <exception cref="RunFailedException">The source cannot be read at all.</exception>
    /// <exception cref="OperationCanceledException">Broken off; what is in the mirror stays.</exception>
    Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken);
}

/// <summary>A source that is being fetched.</summary>
/// <param name="Run">Where to tell of it.</param>
/// <param name="Scratch">Folder of this source for what is no document.</param>
internal sealed record SourceFetch(SourceRow Row, SaveSourceRequest Source, SourceMirror Mirror, RunContext Run, string Scratch)
{
    /// <summary>What was fetched by this name need not be fetched again when the run goes on.</summary>
    public string RunName { get; } = Run.Run.Id.ToString("N");
}
