namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Starting, watching and cancelling work.</summary>
public sealed class RunJourneys(Site site)
{
    [Fact]
    public async Task Cancel_EndsTheRun_WhenItWouldTakeHours()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/runs");

        await visit.StartRunAsync("PreTrain");
        await visit.Page.FillAsync("#run-steps", "1000000");
        await visit.Page.FillAsync("#run-new-model", "never-finished");
        await visit.ConfirmRunAsync("REALM pre-training");
        await visit.Locator(".title-with-chip >> text=/Running|Queued/").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("^Cancel REALM pre-training") }).ClickAsync();
        var sure = visit.Page.GetByText("Cancel it");
        await sure.Or(visit.Locator(".title-with-chip >> text=Cancelled")).First.WaitForAsync();
        if (await sure.CountAsync() > 0) await sure.ClickAsync();

        await visit.Locator(".title-with-chip >> text=Cancelled").WaitForAsync();
        await visit.Locator(".parameters >> text=1000000").WaitForAsync();
        await visit.OpenAsync("/runs");
        await visit.Locator("tr:has-text('REALM pre-training') >> text=Cancelled").First.WaitForAsync();
    }

    [Fact]
    public async Task Run_ShowsItsLog_WhenTheSampleWasImported()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/runs");

        await visit.Locator("tr:has-text('Import') a").Last.ClickAsync();

        await visit.Locator(".log-line").First.WaitForAsync();
        await visit.Page.FillAsync("[aria-label='Filter the log']", "no line has these words");
        await Assertions.Expect(visit.Locator(".log-line")).ToHaveCountAsync(0);
    }
}
