using System.Net;
using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Accounts;

[Collection(SiteTests.Name)]
public sealed class PasswordTests(SharedSite shared)
{
    private const string Another = "another horse battery";

    [Fact]
    public async Task OwnPassword_IsChanged_AndOtherBrowsersAreSignedOut()
    {
        using var here = await shared.Site.SignedInAsync(Roles.Asker);
        var name = (await Reply.GetAsync<Me>(here, ApiRoutes.Me)).Name;
        using var elsewhere = await SignInAsync(name, Site.Password);

        using var changed = await here.PutAsJsonAsync(ApiRoutes.OwnPassword, new ChangePasswordRequest(Site.Password, Another),
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(name, (await Reply.GetAsync<Me>(here, ApiRoutes.Me)).Name);
        Assert.Empty((await Reply.GetAsync<Me>(elsewhere, ApiRoutes.Me)).Name);
        using var again = await SignInAsync(name, Another);
        Assert.Equal(name, (await Reply.GetAsync<Me>(again, ApiRoutes.Me)).Name);
    }

    [Theory]
    [InlineData("not the present one", Another, "wrong-password")]
    [InlineData(Site.Password, "short", "account-refused")]
    [InlineData(Site.Password, "aaaaaaaaaaaa", "account-refused")]
    public async Task OwnPassword_StaysAsItIs_WhenThePresentOneIsWrongOrTheNewOneWeak(string present, string next, string kind)
    {
        using var here = await shared.Site.SignedInAsync(Roles.Asker);
        var name = (await Reply.GetAsync<Me>(here, ApiRoutes.Me)).Name;

        using var refused = await here.PutAsJsonAsync(ApiRoutes.OwnPassword, new ChangePasswordRequest(present, next), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, kind);
        using var again = await SignInAsync(name, Site.Password);
        Assert.Equal(name, (await Reply.GetAsync<Me>(again, ApiRoutes.Me)).Name);
    }

    [Fact]
    public async Task Admin_GivesAnotherPassword_WhichUnlocksTheAccountAndSignsItOut()
    {
        using var admin = await shared.Site.AdminAsync();
        using var user = await shared.Site.SignedInAsync(Roles.Asker);
        var name = (await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name;
        var id = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(summary => summary.UserName == name).Id;
        for (var i = 0; i < 5; i++)
            (await SignInAsync(name, "not this one")).Dispose();

        using var weak = await admin.PutAsJsonAsync(ApiRoutes.UserPassword(id), new SetPasswordRequest("short"), TestContext.Current.CancellationToken);
        using var given = await admin.PutAsJsonAsync(ApiRoutes.UserPassword(id), new SetPasswordRequest(Another), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(weak, HttpStatusCode.BadRequest, "account-refused");
        Assert.Equal(HttpStatusCode.NoContent, given.StatusCode);
        Assert.Empty((await Reply.GetAsync<Me>(user, ApiRoutes.Me)).Name);
        using var again = await SignInAsync(name, Another);
        Assert.Equal(name, (await Reply.GetAsync<Me>(again, ApiRoutes.Me)).Name);
    }

    private async Task<HttpClient> SignInAsync(string name, string password)
    {
        var client = shared.Site.Anonymous();
        (await client.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(name, password), TestContext.Current.CancellationToken)).Dispose();
        return client;
    }
}
