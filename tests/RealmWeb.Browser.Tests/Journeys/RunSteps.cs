namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Steps to runs and what they need.</summary>
internal static class RunSteps
{
    /// <summary>Opens the dialog on the Runs page and chooses a kind of run, over the sample: other journeys bring corpora of their own.</summary>
    public static async Task StartRunAsync(this Visit visit, string kind)
    {
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start a run" }).ClickAsync();
        await visit.Page.SelectOptionAsync("#run-kind", kind);
        await visit.Page.SelectOptionAsync("#run-corpus", "encyclopedia");
    }

    /// <summary>Presses Start and waits for the run's page.</summary>
    /// <param name="kind">The kind in words, as the page's heading has it.</param>
    public static async Task ConfirmRunAsync(this Visit visit, string kind)
    {
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();
        // Either the page of the run comes, or the dialog says why not: that is worth more than a time-out.
        var heading = visit.Page.Locator("h1", new PageLocatorOptions { HasText = kind });
        var refusal = visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await heading.Or(refusal).First.WaitForAsync();
        if (await refusal.CountAsync() > 0) Assert.Fail($"The run was not started: {await refusal.InnerTextAsync()}");
    }

    /// <summary>Opens the dialog on the Models page and chooses a file.</summary>
    public static async Task PickQuestionsAsync(this Visit visit, string file)
    {
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add a question set" }).ClickAsync();
        // Before the script listens a file would go unnoticed.
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Choose a file" })).ToBeEnabledAsync();
        await visit.Page.SetInputFilesAsync("#question-file", file);
        await visit.Page.GetByText("Choose another file").WaitForAsync();
    }

    public static async Task AddQuestionsAsync(this Visit visit, string name, string file)
    {
        await visit.PickQuestionsAsync(file);
        await visit.Page.FillAsync("#question-set-name", name);
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add", Exact = true }).ClickAsync();
        await visit.Page.Locator("#question-sets td", new PageLocatorOptions { HasText = name }).First.WaitForAsync();
    }
}
