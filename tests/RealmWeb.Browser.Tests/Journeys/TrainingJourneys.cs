using RealmWeb.TestKit;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>From a file of questions to a model of one's own and its figures, as a first-time administrator goes.</summary>
public sealed class TrainingJourneys(Site site)
{
    private const float WorkTime = 600_000;

    private static readonly string Questions = Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions");

    [Fact]
    public async Task FineTuning_EndsInAModelWithFigures_WhenItIsStartedFromTheSite()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();

        await visit.OpenAsync("/models");
        await visit.AddQuestionsAsync("lessons", Path.Combine(Questions, "train.jsonl"));
        await visit.AddQuestionsAsync("exam", Path.Combine(Questions, "heldout.jsonl"));

        // Two steps: that the parts work together is tested here, not what they learn.
        await visit.OpenAsync("/runs");
        await visit.StartRunAsync("FineTune");
        await visit.Page.GetByText("lessons (435 questions").ClickAsync();
        await visit.Page.FillAsync("#run-steps", "2");
        await visit.Page.FillAsync("#run-new-model", "tuned");
        // Settings that cannot be used are said while they are typed, in the field and beside the text.
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Settings", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        await dialog.GetByText("Advanced: the whole configuration").ClickAsync();
        await visit.Page.FillAsync("#run-settings", """{ "reader": { "batchSize": 0 } }""");
        await dialog.GetByText("reader.batchSize: It is 0. Use 1 to 65536.").WaitForAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start", Exact = true })).ToBeDisabledAsync();
        await visit.Page.FillAsync("#run-settings", """{ "retriever": { "batchSize": 8 }, "reader": { } }""");
        await dialog.Locator("summary:has-text('Reader')").First.ClickAsync();
        await visit.Page.FillAsync("#run-settings-reader-batchSize", "4");
        await dialog.GetByText("reader.batchSize").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        await visit.ConfirmRunAsync("Fine-tuning");
        await visit.Locator(".title-with-chip >> text=Succeeded").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await visit.Locator(".chart").First.WaitForAsync();
        await Accessibility.AssertNoneAsync(visit, "a training with its curves");
        var training = visit.Page.Url.Split('/').Last();
        await visit.Page.GetByText("See the models").ClickAsync();

        // The new model is there and is measured.
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Evaluate tuned" }).ClickAsync();
        await visit.Page.SelectOptionAsync("#run-corpus", "encyclopedia");
        await visit.Page.SelectOptionAsync("#run-questions", "exam");
        await Assertions.Expect(visit.Locator("#run-model")).ToHaveValueAsync("tuned");
        await visit.Page.FillAsync("#run-limit", "10");
        await visit.ConfirmRunAsync("Evaluation");
        await visit.Locator(".title-with-chip >> text=Succeeded").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        var figures = await visit.Locator(".figures dt").AllInnerTextsAsync();
        await Accessibility.AssertNoneAsync(visit, "an evaluation's run");

        // The two runs beside each other, with the curves that one of them has.
        var evaluation = visit.Page.Url.Split('/').Last();
        await visit.OpenAsync($"/runs/compare?ids={training},{evaluation}");
        await visit.Locator(".chart .chart-line").First.WaitForAsync();
        await Accessibility.AssertNoneAsync(visit, "runs compared, with curves");
        await visit.OpenAsync($"/runs/{evaluation}");

        // What was measured opens question by question, down to the passages that the model read.
        await visit.Page.GetByText("Question by question").ClickAsync();
        await visit.Locator(".row-button").First.ClickAsync();
        await visit.Locator(".opened-row .evidence").First.WaitForAsync();
        await Assertions.Expect(visit.Locator(".row-button")).ToHaveCountAsync(10);
        var violations = new List<string>();
        await Accessibility.CheckAsync(visit, "evaluation with a question open", violations);
        await visit.Page.FillAsync("#question-search", "no question has such a word");
        await visit.Page.GetByText("No question is like that.").WaitForAsync();

        await visit.OpenAsync("/models");

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.Equal(["Exact match", "F1", "Recall@5", "Unanswerable recognised"], figures);
        var card = visit.Page.GetByRole(AriaRole.Article, new PageGetByRoleOptions { Name = "tuned" });
        await Assertions.Expect(card).ToContainTextAsync("fine-tuning of realm-arctic on encyclopedia, 2 steps, settings of its own");
        await Assertions.Expect(card.Locator("dd").First).ToContainTextAsync("%");
        await card.GetByText("How sure it is").ClickAsync();
        await card.Locator(".reliability circle").First.WaitForAsync();
    }

    [Fact]
    public async Task Confidence_FollowsAnEvaluation_UntilThatIsForgotten()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/models");
        await visit.AddQuestionsAsync("certainties", Path.Combine(Questions, "heldout.jsonl"));
        await visit.OpenAsync("/runs");
        await visit.StartRunAsync("Evaluate");
        await visit.Page.SelectOptionAsync("#run-questions", "certainties");
        await visit.Page.FillAsync("#run-limit", "60");
        await visit.ConfirmRunAsync("Evaluation");
        await visit.Locator(".title-with-chip >> text=Succeeded").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await visit.Page.GetByText("Question by question").ClickAsync();

        await visit.Page.GetByText("Fit confidence to these answers").ClickAsync();
        await Assertions.Expect(visit.Locator(".confidence-fit [role=status]")).ToContainTextAsync("is fitted to these 60 answers");
        await Accessibility.AssertNoneAsync(visit, "an evaluation that confidence was fitted to");
        await visit.OpenAsync("/corpora/encyclopedia");
        await Assertions.Expect(visit.Locator("main .facts")).ToContainTextAsync("fitted to 60 questions");
        await Accessibility.AssertNoneAsync(visit, "a corpus whose confidence is fitted");

        await visit.Locator(".facts >> text=Forget").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Forget", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Locator("main .facts")).Not.ToContainTextAsync("Confidence");
    }

    [Fact]
    public async Task QuestionSet_NamesTheLineAndCanBeDeleted_WhenTheFileHasAMistake()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("realmweb-questions-").FullName, "quiz.jsonl");
        await File.WriteAllTextAsync(file, """
            {"question":"Who was first?","answers":["Ada"]}
            {"question":"","answers":["Grace"]}
            """);
        await using var visit = await site.VisitAsAdminAsync();
        visit.Expect(400);
        await visit.OpenAsync("/models");

        await visit.PickQuestionsAsync(file);
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add", Exact = true }).ClickAsync();
        await visit.Page.GetByText("quiz.jsonl, line 2").WaitForAsync();
        await visit.Page.GetByText("Add it without them").ClickAsync();

        await visit.Locator("td:has-text('quiz') >> text=1 place").First.WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete quiz" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete", Exact = true }).ClickAsync();

        // Other journeys may have added sets of their own.
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete quiz" })).ToHaveCountAsync(0);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
