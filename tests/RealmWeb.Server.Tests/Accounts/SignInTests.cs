using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Accounts;
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
        using var made = await admin.PostAsJsonAsync(
            ApiRoutes.Users, new CreateUserRequest(name, Site.Password, [Roles.Asker]), TestContext.Current.CancellationToken);
        using var client = shared.Site.Anonymous();

        for (var i = 0; i < 5; i++)
            (await SignInAsync(client, name, "not this one")).Dispose();
        using var reply = await SignInAsync(client, name, Site.Password);

        await Reply.ProblemAsync(reply, HttpStatusCode.Unauthorized, "sign-in-failed");
        var users = await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users);
        Assert.True(users.Single(user => user.UserName == name).LockedOut);
    }

    [Fact]
    public async Task SignIn_IsLocked_WhenWrongPasswordsComeAllAtOnce()
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"rushed-{Guid.NewGuid():N}";
        (await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, Site.Password, [Roles.Asker]), TestContext.Current.CancellationToken))
            .Dispose();
        using var client = shared.Site.Anonymous();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async i => (await SignInAsync(client, name, $"guess number {i}")).Dispose()));
        using var reply = await SignInAsync(client, name, Site.Password);

        await Reply.ProblemAsync(reply, HttpStatusCode.Unauthorized, "sign-in-failed");
    }

    [Fact]
    public async Task TheOnlyAdmin_CanSignIn_WhateverStrangersTry()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        using var stranger = site.Anonymous();

        for (var i = 0; i < 12; i++)
            (await SignInAsync(stranger, Site.AdminName, "not this one")).Dispose();
        using var reply = await SignInAsync(site.Anonymous(), Site.AdminName, Site.Password);

        Assert.Equal(Site.AdminName, (await Reply.ValueAsync<Me>(reply)).Name);
        Assert.Contains(site.Log, line => line.Contains("Five wrong passwords", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneAdminStaysOpen_WhenStrangersTryToLockAll()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest("grace", Site.Password, [Roles.Admin]), TestContext.Current.CancellationToken))
            .Dispose();
        using var stranger = site.Anonymous();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(GuessAsync));
        for (var i = 0; i < 20; i++)
            await GuessAsync(i);

        var users = await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users);
        Assert.Contains(users, user => !user.LockedOut);

        async Task GuessAsync(int i) => (await SignInAsync(stranger, i % 2 == 0 ? Site.AdminName : "grace", "not this one")).Dispose();
    }

    [Fact]
    public async Task SignIn_ComparesOnePassword_WhetherTheNameIsUnknownLockedOrOpen()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        foreach (var name in new[] { "open", "locked" })
            (await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, Site.Password, [Roles.Asker]), TestContext.Current.CancellationToken))
                .Dispose();
        for (var i = 0; i < 5; i++)
            (await SignInAsync(site.Anonymous(), "locked", "not this one")).Dispose();
        await using var scope = site.Services.CreateAsyncScope();
        var hasher = new CountingHasher();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<RealmUser>>();
        users.PasswordHasher = hasher;
        var credentials = ActivatorUtilities.CreateInstance<Credentials>(scope.ServiceProvider, users);

        foreach (var name in new[] { "open", "locked", "unknown" })
            Assert.Null(await credentials.FindAsync(name, "a wrong password", "an address", TestContext.Current.CancellationToken));

        Assert.Equal(3, hasher.Compared);
    }

    [Fact]
    public async Task SignOut_EndsTheSession_ForWhoeverKeptItsCookie()
    {
        var cookies = await shared.Site.CookiesOfNewAsync(Roles.Asker);
        using var client = shared.Site.Client(cookies);
        var name = (await Reply.GetAsync<Me>(client, ApiRoutes.Me)).Name;
        using var kept = WithCookie(cookies.GetCookieHeader(shared.Site.Address));
        using var elsewhere = shared.Site.Anonymous();
        (await SignInAsync(elsewhere, name, Site.Password)).EnsureSuccessStatusCode();

        using var reply = await client.PostAsync(ApiRoutes.SignOut, null, TestContext.Current.CancellationToken);

        Assert.True(reply.IsSuccessStatusCode);
        Assert.Empty((await Reply.GetAsync<Me>(client, ApiRoutes.Me)).Name);
        Assert.Empty((await Reply.GetAsync<Me>(kept, ApiRoutes.Me)).Name);
        Assert.Equal(name, (await Reply.GetAsync<Me>(elsewhere, ApiRoutes.Me)).Name);
    }

    private HttpClient WithCookie(string header) => new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = shared.Site.Address,
        DefaultRequestHeaders = { { "Cookie", header } },
    };

    private sealed class CountingHasher : PasswordHasher<RealmUser>
    {
        public int Compared { get; private set; }

        public override PasswordVerificationResult VerifyHashedPassword(RealmUser user, string hashedPassword, string providedPassword)
        {
            Compared++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    [Fact]
    public async Task SignIn_IsSlowedDown_WhenOneAddressTriesTooOften()
    {
        await using var site = await Site.StartAsync(null, "Realm:SignInsPerMinute=1");
        using var client = site.Anonymous();

        (await SignInAsync(client, "first guess", "some password")).Dispose();
        using var reply = await SignInAsync(client, "guess", "some password");

        await Reply.ProblemAsync(reply, HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(reply.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string name, string password) =>
        client.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(name, password), TestContext.Current.CancellationToken);
}
