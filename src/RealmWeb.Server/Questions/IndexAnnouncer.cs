using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Jobs.Answering;

namespace RealmWeb.Server.Questions;

/// <summary>Tells who may ask a corpus that it answers from a new index generation, whoever built it.</summary>
internal sealed partial class IndexAnnouncer(
    IndexSwitches switches, AskableCorpora corpora, AskConnections connections, IHubContext<AskHub, IAskClient> hub, ILogger<IndexAnnouncer> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        switches.Switched += AnnounceSwitch;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        switches.Switched -= AnnounceSwitch;
        return Task.CompletedTask;
    }

    /// <summary>For a build of this process, which is known before the first question to the new generation.</summary>
    public Task BuiltAsync(string corpus) =>
        corpora.IndexOf(corpus).Generation is { } generation ? AnnounceAsync(corpus, generation) : Task.CompletedTask;

    // Nobody waits for the browsers: a question that switched the index goes on.
    private void AnnounceSwitch(string corpus, string generation) => _ = AnnounceAsync(corpus, generation);

    /// <summary>Tells those who may ask the corpus at this moment.</summary>
    public async Task AnnounceAsync(string corpus, string generation)
    {
        try
        {
            await hub.Clients.Clients(await connections.MayAskAsync(corpus, CancellationToken.None)).IndexSwitched(corpus, generation);
        }
        catch (System.Data.Common.DbException unreadable)
        {
            // Pages learn it with the next answer.
            LogUntold(unreadable, corpus);
        }
    }

    [LoggerMessage(EventId = 5213, Level = LogLevel.Warning,
        Message = "Askers could not be told of the new index of {Corpus}; their next answers come from it")]
    private partial void LogUntold(Exception exception, string corpus);
}
