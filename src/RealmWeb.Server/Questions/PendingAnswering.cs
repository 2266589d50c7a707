using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Server.Corpora;

namespace RealmWeb.Server.Questions;

internal sealed class UnknownCorpusException(string name) : Exception($"There is no corpus \"{name}\".");

internal sealed class NoIndexException(string name) : Exception($"The corpus \"{name}\" has no index yet. Build it first.");

internal sealed class PendingAnswering(CorpusLibrary library) : IAsker, IIndexes
{
    public IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, CancellationToken cancellationToken) =>
        throw (library.Exists(request.Corpus) ? new NoIndexException(request.Corpus) : new UnknownCorpusException(request.Corpus));

    public Task<AskInfo> DescribeAsync(string corpus, CancellationToken cancellationToken) =>
        library.Find(corpus)?.Info() is { } info
            ? Task.FromResult(new AskInfo(info.Name, info.Title, info.Documents, info.Blocks, null, false, "", false, []))
            : throw new UnknownCorpusException(corpus);

    public IndexState StateOf(string corpus) => new(null, 0, false, null);
}
