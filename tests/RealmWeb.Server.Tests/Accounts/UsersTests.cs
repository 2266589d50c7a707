using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;
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

        Assert.Empty((await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name);
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

    [Fact]
    public async Task Roles_HoldAtOnce_InASessionThatIsOpen()
    {
        using var admin = await shared.Site.AdminAsync();
        using var user = await shared.Site.SignedInAsync(Roles.Admin);
        var me = await Reply.GetAsync<Me>(user, ApiRoutes.Me);
        var id = (await Reply.GetAsync<List<UserSummary>>(user, ApiRoutes.Users)).Single(summary => summary.UserName == me.Name).Id;

        (await admin.PutAsJsonAsync(ApiRoutes.UserRoles(id), new SetRolesRequest([Roles.Asker]), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
        using var refused = await user.GetAsync(ApiRoutes.Users, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(refused, HttpStatusCode.Forbidden, "role-missing");
        Assert.Equal([Roles.Asker], (await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Roles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneAdminIsLeft_WhenTwoEndEachOtherAtOnce(bool delete)
    {
        await using var site = await Site.StartAsync();
        using var ada = await site.AdminAsync();
        for (var round = 0; round < 5; round++)
        {
            using var grace = await site.SignedInAsync(Roles.Admin);
            var admins = (await Reply.GetAsync<List<UserSummary>>(ada, ApiRoutes.Users)).Where(user => user.Roles.Contains(Roles.Admin)).ToList();
            var adasId = admins.Single(user => user.UserName == Site.AdminName).Id;
            var gracesId = admins.Single(user => user.UserName != Site.AdminName).Id;

            // One may be refused as the last admin, or for having lost the role to the other by then.
            var replies = await Task.WhenAll(EndAsync(ada, gracesId, delete), EndAsync(grace, adasId, delete));

            await using var scope = site.Services.CreateAsyncScope();
            Assert.True(
                await scope.ServiceProvider.GetRequiredService<AccountStore>().HasAdminAsync(TestContext.Current.CancellationToken),
                $"No admin is left after round {round}: {string.Join(", ", replies.Select(reply => reply.StatusCode))}.");
            Assert.Single(replies, reply => reply.IsSuccessStatusCode);
            foreach (var reply in replies)
                reply.Dispose();
            if (!(await Reply.GetAsync<Me>(ada, ApiRoutes.Me)).Roles.Contains(Roles.Admin))
                return;
        }
    }

    private static Task<HttpResponseMessage> EndAsync(HttpClient by, string id, bool delete) => delete
        ? by.DeleteAsync(ApiRoutes.User(id), TestContext.Current.CancellationToken)
        : by.PutAsJsonAsync(ApiRoutes.UserRoles(id), new SetRolesRequest([Roles.Asker]), TestContext.Current.CancellationToken);

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
