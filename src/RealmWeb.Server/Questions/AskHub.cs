using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>Streams answers to browsers. A failure is the last message of the stream, because a thrown one would lose its trace id.</summary>
[Authorize(Policies.Asking)]
internal sealed partial class AskHub(Asker asker, AskConnections connections, RateLimits limits, ILogger<AskHub> logger) : Hub<IAskClient>, IAskHub
{
    public override Task OnConnectedAsync()
    {
        connections.Opened(Context);
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Closed(Context);
        return base.OnDisconnectedAsync(exception);
    }

    public async IAsyncEnumerable<AskUpdate> Ask(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trace = AskError.TraceId(Context.GetHttpContext());
        if (limits.Ask(Context.GetHttpContext(), Context.User) is { } wait)
        {
            yield return Failed(new AskFailure(RateLimitFilters.Sentence(wait), trace, Math.Ceiling(wait.TotalSeconds)));
            yield break;
        }

        await using var updates = asker.AskAsync(request, Context.User, AskedBy.Of(Context.GetHttpContext()), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            AskUpdate update;
            var ended = false;
            try
            {
                if (!await updates.MoveNextAsync())
                    yield break;
                update = updates.Current;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                update = Failed(FailureOf(exception, trace));
                ended = true;
            }
            yield return update;
            if (ended)
                yield break;
        }
    }

    private AskFailure FailureOf(Exception exception, string trace)
    {
        if (AskError.Of(exception) is { } error)
            return new AskFailure(error.Message, trace);
        LogFailed(exception, trace);
        return new AskFailure(Problems.Advice(StatusCodes.Status500InternalServerError), trace);
    }

    private static AskUpdate Failed(AskFailure failure) => new(null, null, null, failure);

    [LoggerMessage(EventId = 5201, Level = LogLevel.Error, Message = "A question failed; the asker was given trace {TraceId}")]
    private partial void LogFailed(Exception exception, string traceId);
}
