using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Client.Components.Shared;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Accounts;

namespace RealmWeb.Client.Tests.Components.Shared;

public sealed class SignInHintTests
{
    [Theory]
    [InlineData("", "Runs are for administrators.", "Sign in")]
    [InlineData("noor", "Runs are for administrators. You are signed in as noor, without that role.", "Sign in with another account")]
    public async Task Hint_SaysWhatIsMissing_ToWhoeverIsSignedInToo(string name, string text, string button)
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Me = new Me(name, name.Length > 0 ? [Roles.Asker] : [], false, true);
        await using var browser = new BunitContext();
        browser.Services.AddRealmWebClient(site.Address);
        await browser.Services.GetRequiredService<AccountState>().LoadAsync();

        var hint = browser.Render<SignInHint>(parameters => parameters.Add(shown => shown.Text, "Runs are for administrators."));

        Assert.Equal(text, hint.Find("p").TextContent.Trim());
        Assert.Equal(button, hint.Find("a").TextContent.Trim());
    }
}
