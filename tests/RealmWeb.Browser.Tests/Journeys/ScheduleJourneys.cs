namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>A schedule from the form to its first run, as an administrator goes.</summary>
public sealed class ScheduleJourneys(Site site)
{
    [Fact]
    public async Task Schedule_IsMadeInWords_RunAtOnce_AndSwitchedOff()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/schedules");

        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New schedule" }).ClickAsync();
        await Assertions.Expect(visit.Locator("#schedule-name")).ToBeFocusedAsync();
        await visit.Page.FillAsync("#schedule-name", "Nightly index");
        await visit.Page.SelectOptionAsync("#schedule-rhythm", "Weekdays");
        await visit.Page.FillAsync("#schedule-at", "03:30");
        await visit.Page.FillAsync("#schedule-zone", "Asia/Kolkata");
        await Assertions.Expect(visit.Locator(".next-times li")).ToHaveCountAsync(5);
        await Assertions.Expect(visit.Locator(".next-times li").First).ToContainTextAsync("03:30 UTC+05:30");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Make it" }).ClickAsync();
        await visit.Locator("td:has-text('on weekdays at 03:30')").WaitForAsync();

        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run now: Nightly index" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/runs/*");
        await visit.OpenAsync("/schedules");
        await Assertions.Expect(visit.Locator(".outcomes a")).ToHaveCountAsync(1);
        await visit.Page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Nightly index is on" }).UncheckAsync();

        await visit.Locator("td:has-text('switched off')").WaitForAsync();
    }
}
