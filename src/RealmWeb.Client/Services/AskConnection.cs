using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Services;

/// <summary>The ask hub, typed.</summary>
public sealed class AskConnection(Uri address) : IAsyncDisposable
{
    public HubLink Link { get; } = new(address);

    public void Listen(IAskClient listener) =>
        Link.Connection.On<string, string>(nameof(IAskClient.IndexSwitched), listener.IndexSwitched);

    /// <summary>Streams an answer. Cancelling the token closes the stream, and with it the server's work.</summary>
    public IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, CancellationToken cancellationToken) =>
        Link.Connection.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), request, cancellationToken);

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
