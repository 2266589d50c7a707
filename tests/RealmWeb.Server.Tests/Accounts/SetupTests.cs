using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Accounts;

public sealed class SetupTests
{
    [Fact]
    public async Task Setup_MakesTheFirstAdminAndSignsIn_WhenTheCodeIsRight()
    {
        await using var site = await Site.StartAsync();
        using var client = site.Anonymous();
        var before = await Reply.GetAsync<Me>(client, ApiRoutes.Me);

        using var wrong = await client.PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest("aaaaa-bbbbb-ccccc", Site.AdminName, Site.Password), TestContext.Current.CancellationToken);
        using var weak = await client.PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest(site.SetupCode, Site.AdminName, "short"), TestContext.Current.CancellationToken);
        using var right = await client.PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest(site.SetupCode, Site.AdminName, Site.Password), TestContext.Current.CancellationToken);
        var after = await Reply.GetAsync<Me>(client, ApiRoutes.Me);

        Assert.True(before.SetupNeeded);
        Assert.Empty(before.Name);
        await Reply.ProblemAsync(wrong, HttpStatusCode.Forbidden, "wrong-setup-code");
        await Reply.ProblemAsync(weak, HttpStatusCode.BadRequest, "account-refused");
        var made = await Reply.ValueAsync<Me>(right);
        Assert.Equal(Site.AdminName, made.Name);
        Assert.Equal([Roles.Admin], after.Roles);
        Assert.False(after.SetupNeeded);
    }

    [Fact]
    public async Task Setup_MakesOneAdmin_WhenTwoComeAtOnce()
    {
        await using var site = await Site.StartAsync();
        using var client = site.Anonymous();

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => client.PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest(site.SetupCode, $"admin{i}", Site.Password), TestContext.Current.CancellationToken)));

        Assert.Single(replies, reply => reply.IsSuccessStatusCode);
        Assert.Equal(3, replies.Count(reply => reply.StatusCode == HttpStatusCode.Conflict));
        foreach (var reply in replies)
            reply.Dispose();
    }

    [Fact]
    public async Task Setup_MakesOneAdmin_WhenTwoSitesOfOneFolderAreAskedAtOnce()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-setup-").FullName;
        try
        {
            await using var first = await Site.StartAsync(folder);
            await using var second = await Site.StartAsync(folder);
            Site[] sites = [first, second];

            var replies = await Task.WhenAll(sites.Select((site, i) => site.Anonymous().PostAsJsonAsync(
                ApiRoutes.Setup, new SetupRequest(site.SetupCode, $"admin{i}", Site.Password), TestContext.Current.CancellationToken)));

            Assert.Single(replies, reply => reply.IsSuccessStatusCode);
            await Reply.ProblemAsync(replies.Single(reply => !reply.IsSuccessStatusCode), HttpStatusCode.Conflict, "set-up-done");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task SetupCode_MakesNoSecondAdmin_WhenTheFirstIsGone()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        await using var scope = site.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RealmDbContext>().Users.ExecuteDeleteAsync(TestContext.Current.CancellationToken);

        using var again = await site.Anonymous().PostAsJsonAsync(
            ApiRoutes.Setup, new SetupRequest(site.SetupCode, "mallory", Site.Password), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(again, HttpStatusCode.Forbidden, "wrong-setup-code");
    }
}
