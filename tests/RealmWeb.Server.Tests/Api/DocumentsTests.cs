using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Files;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(AskingTests.Name)]
public sealed class DocumentsTests(AskableSite shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Details_SayWhoSentTheFile_AndWhatTheIndexKnows_EachToWhomItIsFor()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "sent");
        var code = string.Concat(Enumerable.Repeat("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", 12));
        var first = await SendAsync(admin, "sent", "mail/cello.txt", $"Strings\n\nThe cello has four strings.\n\n{code}\n\nIt is tuned in fifths.");
        var id = await IdAsync(admin, "sent");
        using var annotator = await shared.Site.SignedInAsync(Roles.Annotator);

        var details = await Reply.GetAsync<DocumentDetails>(admin, ApiRoutes.DocumentDetails("sent", id));
        var seen = await Reply.GetAsync<DocumentDetails>(annotator, ApiRoutes.DocumentDetails("sent", id));
        var text = await Reply.GetAsync<DocumentView>(admin, ApiRoutes.Document("sent", id));
        using var again = await admin.PostAsync(ApiRoutes.ImportDocument("sent", id), null, Stop);

        Assert.Equal(new DocumentOrigin(DocumentPlace.Upload, "mail/cello.txt"), details.Origin);
        Assert.Equal((Site.AdminName, first), (details.Added!.By, details.Added.RunId!.Value));
        Assert.Equal(details.Added, details.Changed);
        Assert.Equal((null, null, details.Added.At), (seen.Added!.By, seen.Added.RunId, seen.Added.At));
        Assert.Equal(code, Assert.Single(details.LeftOut.Select(part => text.Text[part.Start..part.End])));
        Assert.All(details.Passages, passage => Assert.DoesNotContain(code[..40], text.Text[passage.Start..passage.End], StringComparison.Ordinal));
        Assert.Equal(["Strings"], text.Headings.Select(heading => text.Text[heading.Start..heading.End]));
        Assert.Contains("mail/cello.txt", (await Reply.ProblemAsync(again, HttpStatusCode.Conflict, "file-not-kept")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passages_WaitForTheIndex_UntilItIsBuilt()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "waiting");
        await SendAsync(admin, "waiting", "cello.txt", "The cello has four strings.");
        foreach (var build in (await Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs)).Where(run => run is { Kind: RunKind.IndexBuild, Target: "waiting" }))
            await Reply.EndOfRunAsync(admin, build.Id);
        var id = await IdAsync(admin, "waiting");
        var indexed = await Reply.GetAsync<DocumentDetails>(admin, ApiRoutes.DocumentDetails("waiting", id));

        using var folder = ScratchFolder.In(Path.GetTempPath());
        var file = Path.Combine(folder.Path, "bass.txt");
        await File.WriteAllTextAsync(file, "The bass has four strings as well.", Stop);
        await ImportAsync(admin, "ada", new ImportParameters("waiting", [file], BuildIndex: false));
        var waits = await Reply.GetAsync<DocumentDetails>(admin, ApiRoutes.DocumentDetails("waiting", await IdAsync(admin, "waiting", "bass")));

        Assert.Equal([PassageState.Indexed], indexed.Passages.Select(passage => passage.State));
        Assert.Equal([PassageState.Waits], waits.Passages.Select(passage => passage.State));
    }

    [Fact]
    public async Task Import_ReadsTheFileOfTheDocumentAlone_UnderTheNameThatItHadInItsFolder()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "reread");
        using var folder = ScratchFolder.In(Path.GetTempPath());
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "strings")).FullName, "cello.txt");
        await File.WriteAllTextAsync(file, "The cello has three strings.", Stop);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "organ.txt"), "The organ has pipes.", Stop);
        var first = await ImportAsync(admin, "grace", new ImportParameters("reread", [folder.Path], BuildIndex: false));
        var before = (await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents("reread"))).Documents.Single(document => document.SourceId == "strings/cello.txt");
        await File.WriteAllTextAsync(file, "The cello has four strings.", Stop);

        using var reply = await admin.PostAsync(ApiRoutes.ImportDocument("reread", before.Id), null, Stop);
        var run = await Reply.EndOfRunAsync(admin, (await Reply.ValueAsync<RunStarted>(reply)).RunId);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal("The cello has four strings.", (await Reply.GetAsync<DocumentView>(admin, ApiRoutes.Document("reread", before.Id))).Text);
        var details = await Reply.GetAsync<DocumentDetails>(admin, ApiRoutes.DocumentDetails("reread", before.Id));
        Assert.Equal((DocumentPlace.ServerFile, file, true), (details.Origin.Place, details.Origin.Name, details.Origin.IsThere));
        Assert.Equal(("grace", first, Site.AdminName, run.Id), (details.Added!.By, details.Added.RunId!.Value, details.Changed.By, details.Changed.RunId!.Value));
        Assert.Equal(2, (await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents("reread"))).Total);
        File.Delete(file);
        using var gone = await admin.PostAsync(ApiRoutes.ImportDocument("reread", before.Id), null, Stop);
        Assert.Contains(file, (await Reply.ProblemAsync(gone, HttpStatusCode.Conflict, "file-not-kept")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_ShowWhatADocumentSaid_EachToWhomItIsFor()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "revised");
        var first = await SendAsync(admin, "revised", "cello.txt", "The cello has three strings.\n\nIt is tuned in fifths.");
        var second = await SendAsync(admin, "revised", "cello.txt", "The cello has four strings.\n\nIt is tuned in fifths.");
        var id = await IdAsync(admin, "revised");
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);

        var versions = await Reply.GetAsync<List<DocumentVersion>>(admin, ApiRoutes.DocumentVersions("revised", id));
        var seen = await Reply.GetAsync<List<DocumentVersion>>(asker, ApiRoutes.DocumentVersions("revised", id));
        var former = await Reply.GetAsync<DocumentVersionView>(asker, ApiRoutes.DocumentVersion("revised", id, 1));
        var changes = await Reply.GetAsync<DocumentChanges>(asker, ApiRoutes.DocumentChanges("revised", id, 1, 2));
        using var never = await asker.GetAsync(ApiRoutes.DocumentVersion("revised", id, 3), Stop);

        Assert.Equal(
            [(2, true, Site.AdminName, second), (1, false, Site.AdminName, first)],
            versions.Select(version => (version.Number, version.IsCurrent, version.Made.By!, version.Made.RunId!.Value)));
        Assert.All(versions, version => Assert.Equal(new DocumentOrigin(DocumentPlace.Upload, "cello.txt"), version.Origin));
        Assert.All(seen, version => Assert.Equal((null, null, null), (version.Made.By, version.Made.RunId, version.Origin)));
        Assert.Equal(versions.Select(version => (version.Hash, version.Characters)), seen.Select(version => (version.Hash, version.Characters)));
        Assert.Equal(("The cello has three strings.\n\nIt is tuned in fifths.", seen[1]), (former.Text, former.Version));
        Assert.Equal(
            [new(ParagraphChange.Removed, "The cello has three strings."), new(ParagraphChange.Added, "The cello has four strings."),
                new ChangedParagraph(ParagraphChange.Same, "It is tuned in fifths.")],
            changes.Paragraphs);
        await Reply.ProblemAsync(never, HttpStatusCode.NotFound, "unknown-version");
        Assert.Equal(2, (await Reply.GetAsync<DocumentView>(asker, ApiRoutes.Document("revised", id))).Version);
        using var deleted = await admin.DeleteAsync(ApiRoutes.Document("revised", id), Stop);
        using var gone = await asker.GetAsync(ApiRoutes.DocumentVersion("revised", id, 1), Stop);
        await Reply.ProblemAsync(gone, HttpStatusCode.NotFound, "unknown-document");
    }

    [Fact]
    public async Task Duplicates_AreNamedWithTheirSources_AndLookedForAgainWhenTheCorpusChanged()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "twins");
        await SendAsync(admin, "twins", "a/cello.txt", "The cello has four strings.");
        await SendAsync(admin, "twins", "b/violoncello.txt", "The cello has four strings.");
        await SendAsync(admin, "twins", "organ.txt", "The organ has pipes.");

        var report = await Reply.GetAsync<DuplicateReport>(admin, ApiRoutes.Duplicates("twins"));
        using var deleted = await admin.DeleteAsync(ApiRoutes.Document("twins", report.Sets[0].Documents[1].Id), Stop);
        var after = await Reply.GetAsync<DuplicateReport>(admin, ApiRoutes.Duplicates("twins"));

        Assert.Equal((3, 1, true), (report.Documents, report.Count, report.Sets[0].IsExact));
        Assert.Equal(["a/cello.txt", "b/violoncello.txt"], report.Sets[0].Documents.Select(document => document.Source));
        Assert.Equal((2, 0), (after.Documents, after.Count));
    }

    private static async Task CreateAsync(HttpClient admin, string corpus) =>
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(corpus, ""), Stop)).EnsureSuccessStatusCode();

    private static async Task<Guid> SendAsync(HttpClient admin, string corpus, string name, string text)
    {
        using var form = new MultipartFormDataContent { { new StringContent(text), "files", name } };
        var accepted = await Reply.ValueAsync<UploadAccepted>(await admin.PostAsync(ApiRoutes.Files(corpus), form, Stop));
        await Reply.EndOfRunAsync(admin, accepted.RunId);
        return accepted.RunId;
    }

    private async Task<Guid> ImportAsync(HttpClient admin, string by, ImportParameters import)
    {
        var run = await shared.Site.Services.GetRequiredService<RunLauncher>().LaunchAsync(import, by, cancellationToken: Stop);
        await Reply.EndOfRunAsync(admin, run.Id);
        return run.Id;
    }

    private static async Task<long> IdAsync(HttpClient admin, string corpus, string title = "") =>
        Assert.Single((await Reply.GetAsync<DocumentPage>(admin, $"{ApiRoutes.Documents(corpus)}?search={title}")).Documents).Id;
}
