namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>From a folder of files to an answer.</summary>
public sealed class CorpusJourneys(Site site)
{
    private const float WorkTime = 300_000;

    [Fact]
    public async Task Upload_AnswersFromTheFolder_WhenItsIndexIsBuilt()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-upload-");
        var notes = folder.CreateSubdirectory("notes");
        await WriteAsync(notes, "lighthouse.md",
            "# Lighthouse of Karrow\n\nThe lighthouse of Karrow was built in 1874 by Ingrid Solvang. It stands on the northern cliff.\n");
        await WriteAsync(notes, "ferry.md", "# Ferry of Karrow\n\nThe ferry sails at nine every morning. Captain Tobias Renn has steered it since 1998.\n");
        await WriteAsync(notes, "picture.bin", "\0\u0001\u0002");
        await using var visit = await site.VisitAsAdminAsync();

        // A corpus is made; its name follows the title.
        await visit.OpenAsync("/corpora");
        await visit.Page.ClickAsync("text=New corpus");
        await visit.Page.FillAsync("#corpus-title", "Karrow notes");
        await Assertions.Expect(visit.Locator("#corpus-name")).ToHaveValueAsync("karrow-notes");
        await visit.Page.ClickAsync("text=Make it");
        await visit.Page.WaitForURLAsync("**/corpora/karrow-notes");

        // The folder is sent; the file that cannot be read is named.
        await Assertions.Expect(visit.Page.GetByText("Choose a folder")).ToBeEnabledAsync();
        await visit.Page.GetByText("files, ").First.WaitForAsync();
        await visit.Page.SetInputFilesAsync("#upload-folder", notes.FullName);
        await visit.Page.GetByText("picture.bin").WaitForAsync();
        await visit.Locator(".data-table td >> text=Lighthouse of Karrow").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });

        // The index is built, by itself or on demand, and the corpus answers.
        await BuildIndexAsync(visit);
        await visit.OpenAsync("/c/karrow-notes");
        await visit.AskAsync("Who built the lighthouse of Karrow?");
        await visit.Locator(".answer-words, .no-answer").First.WaitForAsync();
        var passages = await visit.Locator(".evidence-text").AllInnerTextsAsync();
        Assert.Contains(passages, passage => passage.Contains("Ingrid Solvang"));

        folder.Delete(recursive: true);
    }

    private static async Task BuildIndexAsync(Visit visit)
    {
        var ready = visit.Locator(".title-with-chip >> text=Ready");
        var build = visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Build index" });
        await ready.Or(visit.Locator(".title-with-chip >> text=No index")).First.WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        if (await ready.CountAsync() == 0) await build.ClickAsync();
        await ready.WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
    }

    private static Task WriteAsync(DirectoryInfo folder, string name, string text) => File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text);
}
