using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Hubs;

/// <summary>Pages are left while they load.</summary>
public sealed class AbortedInvocationsTests
{
    [Fact]
    public async Task Log_HoldsNoError_WhenPagesAreLeftWhileTheyLoad()
    {
        await using var site = await Site.StartAsync();
        var cookies = await site.AdminCookiesAsync();

        for (var i = 0; i < 30; i++)
        {
            var hub = site.Hub(HubRoutes.Events, cookies);
            await hub.StartAsync(TestContext.Current.CancellationToken);
            var asked = Enumerable.Range(0, 4).Select(_ => hub.SendAsync(nameof(IEventsHub.WatchRuns), TestContext.Current.CancellationToken)).ToList();
            await Task.WhenAll(asked);
            await hub.DisposeAsync();
        }

        Assert.DoesNotContain(site.Log, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("Canceled", StringComparison.Ordinal));
    }
}
