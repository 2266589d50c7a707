namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Set-up, signing in, and what others may not see.</summary>
public sealed class AccountJourneys(Site site)
{
    [Fact]
    public async Task SignIn_ShowsTheAccount_WhenSetUpMadeIt()
    {
        await using (await site.VisitAsAdminAsync())
        {
            // Set-up is done now, whichever journey came first.
        }

        await using var visit = await site.VisitAsync();
        visit.Expect(401);
        await visit.OpenAsync("/signin?return=corpora");
        await visit.Page.FillAsync("#name", Site.AdminName);
        await visit.Page.FillAsync("#password", "not the password");
        await visit.Page.PressAsync("#password", "Enter");
        await visit.Locator(".notice-error").WaitForAsync();

        await visit.Page.FillAsync("#password", Site.AdminPassword);
        await visit.Page.PressAsync("#password", "Enter");

        await visit.Locator($"button[aria-label='Account of {Site.AdminName}']").WaitForAsync();
        Assert.EndsWith("/corpora", visit.Page.Url);
        await visit.Page.GetByText("New corpus").WaitForAsync();
    }

    [Fact]
    public async Task SetUp_IsClosed_WhenThereIsAnAdmin()
    {
        await using var visit = await site.VisitAsAdminAsync();

        await visit.OpenAsync("/setup");

        await visit.Page.GetByText("set up already").WaitForAsync();
        Assert.Equal(0, await visit.Locator("#code").CountAsync());
    }

    [Theory]
    [InlineData("/runs")]
    [InlineData("/models")]
    [InlineData("/admin/users")]
    public async Task Page_AsksToSignIn_WhenNobodyIs(string path)
    {
        await using (await site.VisitAsAdminAsync())
        {
            // Before set-up the bar offers that instead.
        }

        await using var visit = await site.VisitAsync();
        await visit.OpenAsync(path);

        await visit.Locator("main .notice a[href*=signin]").WaitForAsync();
    }

    [Fact]
    public async Task Users_ListsANewAccount_WhenItWasMade()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenAsync("/admin/users");

        await visit.Page.ClickAsync("text=New account");
        await visit.Page.FillAsync("#user-name", "grace");
        await visit.Page.FillAsync("#user-password", "nanoseconds of wire");
        await visit.Page.ClickAsync("text=Make it");

        await visit.Locator("td:has-text('grace')").WaitForAsync();
    }
}
