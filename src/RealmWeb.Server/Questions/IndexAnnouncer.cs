using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Jobs.Answering;

namespace RealmWeb.Server.Questions;

/// <summary>Tells all askers that a corpus answers from a new index generation, whoever built it.</summary>
internal sealed class IndexAnnouncer(IndexSwitches switches, AskableCorpora corpora, IHubContext<AskHub, IAskClient> hub) : IHostedService
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
        corpora.IndexOf(corpus).Generation is { } generation ? hub.Clients.All.IndexSwitched(corpus, generation) : Task.CompletedTask;

    // Nobody waits for the browsers: a question that switched the index goes on.
    private void AnnounceSwitch(string corpus, string generation) => _ = hub.Clients.All.IndexSwitched(corpus, generation);
}
