using System.Net.Http.Json;
using System.Text.Json;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Accounts;

/// <summary>The command beside a running site: what it changes holds there at once.</summary>
public sealed class UsersVerbTests
{
    [Fact]
    public async Task Reset_GivesAPasswordThatSignsIn_AndEndsOpenSessions()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();

        var reset = await RealmProgram.RunAsync(["users", "reset", Site.AdminName, "--data-dir", site.DataFolder, "--json"]);
        var password = JsonDocument.Parse(reset.Output).RootElement.GetProperty("password").GetString()!;
        using var client = site.Anonymous();
        using var signedIn = await client.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(Site.AdminName, password), TestContext.Current.CancellationToken);

        Assert.Equal(0, reset.Code);
        Assert.Equal([Roles.Admin], (await Reply.ValueAsync<Me>(signedIn)).Roles);
        Assert.Empty((await Reply.GetAsync<Me>(admin, ApiRoutes.Me)).Name);
    }

    [Fact]
    public async Task Reset_TakesThePasswordFromItsInput_AndSaysWhyItIsRefused()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        string[] reset = ["users", "reset", Site.AdminName, "--password-stdin", "--data-dir", site.DataFolder];

        var weak = await RealmProgram.RunAsync(reset, "short\n");
        var unknown = await RealmProgram.RunAsync(["users", "reset", "nobody", "--data-dir", site.DataFolder]);
        var given = await RealmProgram.RunAsync(reset, "a password of my own\n");
        using var signedIn = await site.Anonymous().PostAsJsonAsync(
            ApiRoutes.SignIn, new SignInRequest(Site.AdminName, "a password of my own"), TestContext.Current.CancellationToken);

        Assert.Equal((1, 1, 0), (weak.Code, unknown.Code, given.Code));
        Assert.Contains("at least 10 characters", weak.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no account \"nobody\"", unknown.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("a password of my own", given.Output, StringComparison.Ordinal);
        Assert.True(signedIn.IsSuccessStatusCode);
    }

    [Fact]
    public async Task List_NamesAccountsWithTheirRoles()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();

        var listed = await RealmProgram.RunAsync(["users", "list", "--data-dir", site.DataFolder, "--json"]);
        var user = Assert.Single(JsonDocument.Parse(listed.Output).RootElement.GetProperty("users").EnumerateArray());

        Assert.Equal((Site.AdminName, Roles.Admin, false), (user.GetProperty("userName").GetString(), user.GetProperty("roles")[0].GetString(),
            user.GetProperty("lockedOut").GetBoolean()));
    }
}
