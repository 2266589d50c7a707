using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>Open hub connections of accounts. One whose session is over, or whose account has other roles now, is ended; a new one
/// is let in, or not, with the rights of now. Changes of this process are looked at once, those of others every few seconds.</summary>
internal sealed partial class HubSessions(SessionStore sessions, TimeProvider time, ILogger<HubSessions> logger) : BackgroundService, IHubFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, HubCallerContext> _open = new();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (SignedInSession.Of(context.Context.User) is not null)
        {
            // Listed first and looked at after: rights that end in between would else be seen by nobody.
            _open[context.Context.ConnectionId] = context.Context;
            await CheckAsync(context.Context, context.Context.ConnectionAborted);
        }
        await next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        _open.TryRemove(context.Context.ConnectionId, out _);
        return next(context, exception);
    }

    /// <summary>After rights were changed.</summary>
    public async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in _open.Values)
            await CheckAsync(connection, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAllAsync(stoppingToken);
            }
            catch (System.Data.Common.DbException unreadable)
            {
                LogUnreadable(unreadable);
            }
        }
    }

    private async Task CheckAsync(HubCallerContext connection, CancellationToken cancellationToken)
    {
        var session = SignedInSession.Of(connection.User)!;
        var roles = await sessions.FindRolesAsync(session.UserId, session.Id, cancellationToken);
        if (roles is null || !SignedInSession.SameRoles(connection.User!, roles))
            connection.Abort();
    }

    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "The sessions of open connections could not be read; they are in a few seconds")]
    private partial void LogUnreadable(Exception exception);
}
