using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Access;
using RealmWeb.Server.Access;

namespace RealmWeb.Server.Questions;

/// <summary>Open connections of askers. Who is told of a corpus is decided when it is told, so that nobody has to be taken out of a group in time.</summary>
internal sealed class AskConnections(CorpusAccess access)
{
    private readonly ConcurrentDictionary<string, ClaimsPrincipal?> _open = new();

    public void Opened(HubCallerContext connection) => _open[connection.ConnectionId] = connection.User;

    public void Closed(HubCallerContext connection) => _open.TryRemove(connection.ConnectionId, out _);

    /// <summary>Those whose users may ask a corpus now.</summary>
    public async Task<IReadOnlyList<string>> MayAskAsync(string corpus, CancellationToken cancellationToken)
    {
        var allowed = new List<string>();
        // Connections of one account have the same roles: one whose roles changed was ended.
        foreach (var user in _open.ToLookup(connection => connection.Value?.Identity?.Name ?? ""))
        {
            if ((await access.OfAsync(user.First().Value, cancellationToken)).May(corpus, CorpusRole.Asker))
                allowed.AddRange(user.Select(connection => connection.Key));
        }
        return allowed;
    }
}
