using System.Net;
using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Accounts;

[Collection(SiteTests.Name)]
public sealed class SignInTests(SharedSite shared)
{
    [Fact]
    public async Task SignIn_GivesACookieThatScriptsCannotRead()
    {
        using var admin = await shared.Site.AdminAsync();
        using var client = shared.Site.Anonymous();

        using var reply = await SignInAsync(client, Site.AdminName, Site.Password);

        var cookie = Assert.Single(reply.Headers.GetValues("Set-Cookie"), value => value.StartsWith("realmweb=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Site.AdminName, (await Reply.ValueAsync<Me>(reply)).Name);
    }

    [Theory]
    [InlineData(Site.AdminName, "wrong password")]
    [InlineData("nobody", Site.Password)]
    [InlineData("", "")]
    public async Task SignIn_SaysTheSame_WhetherNameOrPasswordIsWrong(string name, string password)
    {
        using var admin = await shared.Site.AdminAsync();
        using var client = shared.Site.Anonymous();

        using var reply = await SignInAsync(client, name, password);

        var problem = await Reply.ProblemAsync(reply, HttpStatusCode.Unauthorized, "sign-in-failed");
        Assert.StartsWith("Name or password is wrong", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_IsRefusedWithTheRightPassword_AfterFiveWrongOnes()
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"locked-{Guid.NewGuid():N}";
        using var made = await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, Site.Password, [Roles.Asker]), TestContext.Current.CancellationToken);
        using var client = shared.Site.Anonymous();

        for (var i = 0; i < 5; i++)
            (await SignInAsync(client, name, "not this one")).Dispose();
        using var reply = await SignInAsync(client, name, Site.Password);

        await Reply.ProblemAsync(reply, HttpStatusCode.Unauthorized, "sign-in-failed");
        var users = await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users);
        Assert.True(users.Single(user => user.UserName == name).LockedOut);
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        using var client = await shared.Site.SignedInAsync(Roles.Asker);

        using var reply = await client.PostAsync(ApiRoutes.SignOut, null, TestContext.Current.CancellationToken);

        Assert.True(reply.IsSuccessStatusCode);
        Assert.Empty((await Reply.GetAsync<Me>(client, ApiRoutes.Me)).Name);
    }

    [Fact]
    public async Task SignIn_IsSlowedDown_WhenOneAddressTriesTooOften()
    {
        await using var site = await Site.StartAsync(null, "Realm:SignInsPerMinute=3");
        using var client = site.Anonymous();

        for (var i = 0; i < 3; i++)
            (await SignInAsync(client, $"guess{i}", "some password")).Dispose();
        using var reply = await SignInAsync(client, "guess", "some password");

        await Reply.ProblemAsync(reply, HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(reply.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string name, string password) =>
        client.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(name, password), TestContext.Current.CancellationToken);
}
