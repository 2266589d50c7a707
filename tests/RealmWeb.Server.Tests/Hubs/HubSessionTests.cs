using System.Net.Http.Json;
using System.Net;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hubs;

/// <summary>Connections that stay open while rights end.</summary>
public sealed class HubSessionTests
{
    /// <summary>What may happen to somebody who follows the runs.</summary>
    public enum Ending
    {
        Demotion,
        Deletion,
        SignOut,
        OtherPassword,

        /// <summary>By the command, in another process.</summary>
        FromOutside,
    }

    [Theory]
    [InlineData(Ending.Demotion)]
    [InlineData(Ending.Deletion)]
    [InlineData(Ending.SignOut)]
    [InlineData(Ending.OtherPassword)]
    [InlineData(Ending.FromOutside)]
    public async Task Connection_Ends_WhenTheRightsOfItsAccountDo(Ending ending)
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var cookies = await site.CookiesOfNewAsync(Roles.Admin);
        using var user = site.Client(cookies);
        var name = (await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name;
        var id = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(summary => summary.UserName == name).Id;
        await using var hub = site.Hub(HubRoutes.Events, cookies);
        await using var adminsHub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync(TestContext.Current.CancellationToken);
        await adminsHub.StartAsync(TestContext.Current.CancellationToken);

        await EndAsync(site, admin, user, id, ending);

        await closed.Task.WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        await using var next = site.Hub(HubRoutes.Events, cookies);
        if (ending == Ending.Demotion)
        {
            // Still an account, but none that may follow runs.
            await next.StartAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<HubException>(() =>
                next.InvokeAsync<long>(nameof(IEventsHub.Follow), EventTopics.Runs, TestContext.Current.CancellationToken));
        }
        else
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => next.StartAsync(TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        Assert.Equal(HubConnectionState.Connected, adminsHub.State);
    }

    private static async Task EndAsync(Site site, HttpClient admin, HttpClient user, string id, Ending ending)
    {
        if (ending == Ending.FromOutside)
        {
            using var outside = TempData.ServicesIn(site.DataFolder, services => services.AddRealmAccountStore());
            await using var scope = outside.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<AccountStore>()
                .SetPasswordAsync(id, "another horse battery", cancellationToken: TestContext.Current.CancellationToken);
            return;
        }
        var reply = ending switch
        {
            Ending.Demotion => await admin.PutAsJsonAsync(ApiRoutes.UserRoles(id), new SetRolesRequest([Roles.Asker]), TestContext.Current.CancellationToken),
            Ending.Deletion => await admin.DeleteAsync(ApiRoutes.User(id), TestContext.Current.CancellationToken),
            Ending.SignOut => await user.PostAsync(ApiRoutes.SignOut, null, TestContext.Current.CancellationToken),
            _ => await admin.PutAsJsonAsync(ApiRoutes.UserPassword(id), new SetPasswordRequest("another horse battery"), TestContext.Current.CancellationToken),
        };
        reply.EnsureSuccessStatusCode();
        reply.Dispose();
    }
}
