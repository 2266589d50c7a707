using RealmWeb.Contracts.Questions;

namespace RealmWeb.Contracts.Hubs;

/// <summary>What the browser may call on the ask hub. Streams: closing the stream stops the server's work.</summary>
public interface IAskHub
{
    /// <summary>Answers a question: stages, then the evidence, then the answer.</summary>
    IAsyncEnumerable<AskUpdate> Ask(AskRequest request, CancellationToken cancellationToken);
}

/// <summary>What the server tells every asker.</summary>
public interface IAskClient
{
    /// <summary>A corpus answers from a new index generation.</summary>
    Task IndexSwitched(string corpus, string generation);
}
