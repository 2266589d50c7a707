using RealmWeb.TestKit;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>From questions to a model in production and back, as an administrator goes.</summary>
public sealed class ChainJourneys(Site site)
{
    private const float WorkTime = 600_000;

    private static readonly string Questions = Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions", "train.jsonl");

    [Fact]
    public async Task Retraining_EndsInAPromotedModel_AndOneClickGoesBack()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-chain-");
        var lines = await File.ReadAllLinesAsync(Questions);
        var (lessons, exam) = (Path.Combine(folder.FullName, "steps.jsonl"), Path.Combine(folder.FullName, "trial.jsonl"));
        await File.WriteAllLinesAsync(lessons, lines.Take(8));
        await File.WriteAllLinesAsync(exam, lines.Skip(8).Take(3));
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/models");
        await visit.AddQuestionsAsync("steps", lessons);
        await visit.AddQuestionsAsync("trial", exam);

        // A gate that any model passes: that the parts work together is tested here, not what they learn.
        await visit.OpenAsync("/corpora/encyclopedia/gate");
        await visit.Page.ClickAsync("text=Add a rule");
        await visit.Locator(".gate-rule select").Nth(0).SelectOptionAsync("em");
        await visit.Locator(".gate-rule select").Nth(1).SelectOptionAsync("trial");
        await visit.Page.GetByLabel("At least (%)").FillAsync("0");
        await visit.Page.GetByLabel("Worse than production by at most (%)").FillAsync("100");
        await visit.Page.ClickAsync("text=Save");
        await visit.Page.GetByText("The gate is saved").WaitForAsync();

        await visit.OpenAsync("/corpora/encyclopedia");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Retrain" }).ClickAsync();
        await visit.Page.GetByText("steps (8 questions").ClickAsync();
        await visit.Page.FillAsync("#chain-steps", "1");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("summary").ClickAsync();
        await visit.Page.FillAsync("#chain-candidate", "retrained");
        await visit.Page.FillAsync("#chain-settings", """{ "reader": { "batchSize": 2 } }""");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/chains/*");
        await visit.Page.GetByText("Gate green, waits for you").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await visit.Locator(".gate-holds").First.WaitForAsync();
        var links = await visit.Locator(".chain-link-done").CountAsync();
        await Accessibility.AssertNoneAsync(visit, "a chain that waits, with its gate's report");

        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Promote" }).ClickAsync();
        await visit.Page.FillAsync("#reason", "it learned");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Promote", Exact = true }).ClickAsync();
        await visit.Page.GetByText("it learned").WaitForAsync();

        await visit.OpenAsync("/models");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Roll back to realm-arctic" }).ClickAsync();
        await visit.Page.FillAsync("#reason", "as before");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Roll back", Exact = true }).ClickAsync();
        var card = visit.Page.GetByRole(AriaRole.Article, new PageGetByRoleOptions { Name = "realm-arctic" });
        await Assertions.Expect(card).ToContainTextAsync("In production");

        Assert.Equal(5, links);
        folder.Delete(recursive: true);
    }
}
