using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Client.State;

namespace RealmWeb.Client.Services;

/// <summary>Where a hub connection stands, as far as the user needs to know.</summary>
public enum LinkState
{
    /// <summary>Nobody needed it yet.</summary>
    Idle,
    Connecting,
    Connected,

    /// <summary>Lost; tried again until it is back.</summary>
    Reconnecting,

    /// <summary>The server refused: not signed in, or without the role.</summary>
    Refused,

    /// <summary>The server ended the connection and does not take it back: the account has other rights now.</summary>
    Ended,
}

/// <summary>A hub connection that comes back by itself and says how it is.</summary>
public sealed class HubLink : IAsyncDisposable
{
    // A server that trains with all of its cores may be silent for half a minute, and is not gone.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ChangeSignal _changed = new();
    private readonly CancellationTokenSource _disposing = new();
    private Task? _starting;

    public HubLink(Uri address)
    {
        Connection = new HubConnectionBuilder().WithUrl(address).WithAutomaticReconnect(new EndlessRetry()).WithServerTimeout(Patience).Build();
        Connection.HandshakeTimeout = Patience;
        Connection.Reconnecting += _ => SetAsync(LinkState.Reconnecting);
        Connection.Reconnected += async _ =>
        {
            await SetAsync(LinkState.Connected);
            if (Reconnected is not null) await Reconnected();
        };
        // What is lost comes back by itself. Closed is what the server ended, or would not take back.
        Connection.Closed += _ => SetAsync(LinkState.Ended);
    }

    public HubConnection Connection { get; }

    public LinkState State { get; private set; }

    /// <summary>Called after each reconnection: the server has forgotten what this connection followed.</summary>
    public Func<Task>? Reconnected { get; set; }

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    /// <summary>Connects, or waits for the connection; null when connected, else why not.</summary>
    /// <remarks>Where the server cannot be reached it returns and goes on trying, so that the page can say so.</remarks>
    public async Task<Problem?> StartAsync()
    {
        if (Connection.State == HubConnectionState.Connected) return null;
        if (State == LinkState.Reconnecting) return Problem.Unreachable;
        _starting ??= Connection.StartAsync(_disposing.Token);
        try
        {
            if (State != LinkState.Connected) await SetAsync(LinkState.Connecting);
            await _starting;
            await SetAsync(LinkState.Connected);
            return null;
        }
        catch (HttpRequestException refused) when (IsRefusal(refused))
        {
            await SetAsync(LinkState.Refused);
            return new("Sign in with an account that may see this.", (int)refused.StatusCode!);
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            await SetAsync(LinkState.Reconnecting);
            _ = TryAgainAsync();
            return Problem.Unreachable;
        }
        finally
        {
            _starting = null;
        }
    }

    /// <summary>The exception means that the connection is gone, not that the server said no.</summary>
    public static bool IsLoss(Exception failure) =>
        failure is HttpRequestException or IOException or WebSocketException or InvalidOperationException or OperationCanceledException
            or TimeoutException or AggregateException;

    private static bool IsRefusal(Exception? failure) =>
        failure is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden };

    /// <summary>What the server said, without SignalR's own words before it.</summary>
    public static string Message(HubException refusal)
    {
        const string marker = "HubException: ";
        var at = refusal.Message.IndexOf(marker, StringComparison.Ordinal);
        return at < 0 ? refusal.Message : refusal.Message[(at + marker.Length)..];
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        _disposing.Dispose();
        await Connection.DisposeAsync();
    }

    private async Task TryAgainAsync()
    {
        for (var attempt = 1; !_disposing.IsCancellationRequested; attempt++)
        {
            try
            {
                await Task.Delay(EndlessRetry.Delay(attempt), _disposing.Token);
                await Connection.StartAsync(_disposing.Token);
                await SetAsync(LinkState.Connected);
                if (Reconnected is not null) await Reconnected();
                return;
            }
            catch (HttpRequestException refused) when (IsRefusal(refused))
            {
                await SetAsync(LinkState.Ended);
                return;
            }
            catch (Exception failure) when (IsLoss(failure))
            {
                // Still not there: the bar says so, and the next attempt comes.
            }
        }
    }

    private Task SetAsync(LinkState state)
    {
        if (State == state) return Task.CompletedTask;
        State = state;
        return _changed.RaiseAsync();
    }

    private sealed class EndlessRetry : IRetryPolicy
    {
        public static TimeSpan Delay(long attempt) => TimeSpan.FromSeconds(Math.Min(10, attempt * attempt));

        public TimeSpan? NextRetryDelay(RetryContext retryContext) =>
            IsRefusal(retryContext.RetryReason) ? null : Delay(retryContext.PreviousRetryCount);
    }
}
