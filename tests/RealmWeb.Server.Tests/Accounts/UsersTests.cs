using System.Net;
using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Accounts;

[Collection(SiteTests.Name)]
public sealed class UsersTests(SharedSite shared)
{
    [Fact]
    public async Task Users_AreMadeListedChangedAndDeleted()
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"grace-{Guid.NewGuid():N}";

        var made = await Reply.ValueAsync<UserSummary>(await PostAsync(admin, name, Site.Password, Roles.Asker));
        var changed = await Reply.ValueAsync<UserSummary>(await admin.PutAsJsonAsync(
            ApiRoutes.UserRoles(made.Id), new SetRolesRequest([Roles.Annotator]), TestContext.Current.CancellationToken));
        var listed = await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users);
        using var deleted = await admin.DeleteAsync(ApiRoutes.User(made.Id), TestContext.Current.CancellationToken);
        var left = await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users);

        Assert.Equal([Roles.Asker], made.Roles);
        Assert.Equal([Roles.Annotator], changed.Roles);
        Assert.Equal([Roles.Annotator], listed.Single(user => user.Id == made.Id).Roles);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.DoesNotContain(left, user => user.Id == made.Id);
    }

    [Fact]
    public async Task DeletedUser_IsSignedOut()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        using var user = await site.SignedInAsync(Roles.Annotator);
        var id = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(summary => summary.UserName != Site.AdminName).Id;
        Assert.NotEmpty((await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name);

        (await admin.DeleteAsync(ApiRoutes.User(id), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        // The cookie is checked against the account every few seconds.
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30);
        while ((await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name.Length > 0)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, "The deleted account was still signed in after 30 seconds.");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task LastAdmin_CanNeitherBeDeletedNorDemoted()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var id = Assert.Single(await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Id;

        using var deleted = await admin.DeleteAsync(ApiRoutes.User(id), TestContext.Current.CancellationToken);
        using var demoted = await admin.PutAsJsonAsync(ApiRoutes.UserRoles(id), new SetRolesRequest([Roles.Asker]), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(deleted, HttpStatusCode.Conflict, "last-admin");
        await Reply.ProblemAsync(demoted, HttpStatusCode.Conflict, "last-admin");
    }

    [Theory]
    [InlineData("henry", "short", Roles.Asker, "account-refused")]
    [InlineData("bad name!", Site.Password, Roles.Asker, "account-refused")]
    [InlineData("henry", Site.Password, "king", "unknown-role")]
    public async Task CreateUser_IsRefusedWithTheReason_WhenSomethingIsWrong(string name, string password, string role, string kind)
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await PostAsync(admin, name, password, role);

        await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, kind);
        Assert.DoesNotContain(await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users), user => user.UserName == name);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string name, string password, string role) =>
        client.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, password, [role]), TestContext.Current.CancellationToken);
}
