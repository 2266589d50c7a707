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

        await using var visit = await site.VisitAloneAsync();
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

    [Fact]
    public async Task Pages_AskToSignIn_WhenNobodyIs()
    {
        await using var visit = await site.VisitAsync();
        foreach (var path in new[] { "runs", "models", "admin/users", "account" })
        {
            await visit.OpenAsync($"/{path}");

            await visit.Locator($"main .notice a[href*='signin?return={Uri.EscapeDataString(path)}']").WaitForAsync();
        }
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

    [Fact]
    public async Task Account_TakesAnotherPassword_AndDeletesAQuestion()
    {
        const string Given = "bombe at the park";
        const string Own = "bletchley by train";
        await using (var admin = await site.VisitAsAdminAsync())
        {
            await admin.OpenAsync("/admin/users");
            await admin.Page.ClickAsync("text=New account");
            await admin.Page.FillAsync("#user-name", "alan");
            await admin.Page.FillAsync("#user-password", "enigma of letters");
            await admin.Page.ClickAsync("text=Make it");
            await admin.Locator("button[aria-label='Password of alan']").ClickAsync();
            await admin.Page.FillAsync("#other-password", Given);
            await admin.Page.ClickAsync("text=Set it");
            await admin.Page.GetByText("alan has the new password").WaitForAsync();
        }

        await using var visit = await site.VisitAloneAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/signin?return=account");
        await visit.Page.FillAsync("#name", "alan");
        await visit.Page.FillAsync("#password", Given);
        await visit.Page.PressAsync("#password", "Enter");
        await visit.Page.GetByText("No question of yours is kept").WaitForAsync();
        await visit.Page.FillAsync("#current-password", Given);
        await visit.Page.FillAsync("#new-password", Own);
        await visit.Page.FillAsync("#new-password-again", Own);
        await visit.Page.ClickAsync("text=Change the password");
        await visit.Page.GetByText("The password is changed").WaitForAsync();

        await visit.OpenSampleAsync();
        await visit.AskAsync("Who discovered penicillin?");
        await visit.Locator(".answer-words, .no-answer").First.WaitForAsync();
        await visit.OpenAsync("/account");
        await visit.Locator("button[aria-label='Delete the question Who discovered penicillin?']").ClickAsync();

        await visit.Page.GetByText("No question of yours is kept").WaitForAsync();
    }

    [Fact]
    public async Task Runs_AskToSignIn_WhenTheRightsEndWhileThePageIsOpen()
    {
        await using var admin = await site.VisitAsAdminAsync();
        await admin.OpenSampleAsync();
        await admin.OpenAsync("/admin/users");
        await admin.Page.ClickAsync("text=New account");
        await admin.Page.FillAsync("#user-name", "edsger");
        await admin.Page.FillAsync("#user-password", "goto is harmful");
        await admin.Page.GetByLabel("admin: does everything").CheckAsync();
        await admin.Page.ClickAsync("text=Make it");
        await using var visit = await site.VisitAloneAsync();
        visit.Expect(401);
        await visit.OpenAsync("/signin?return=runs");
        await visit.Page.FillAsync("#name", "edsger");
        await visit.Page.FillAsync("#password", "goto is harmful");
        await visit.Page.PressAsync("#password", "Enter");
        await visit.Page.WaitForURLAsync("**/runs");
        // Runs come by the hub: where one stands, the connection is open.
        await visit.Locator("td").First.WaitForAsync();

        await admin.Locator("button[aria-label='Delete edsger']").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete", Exact = true }).ClickAsync();

        await visit.Locator(".connection-bar a[href*=signin]").WaitForAsync();
    }
}
