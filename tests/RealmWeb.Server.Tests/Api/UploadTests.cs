using System.Net;
using System.Net.Http.Json;
using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(AskingTests.Name)]
public sealed class UploadTests(AskableSite shared)
{
    [Fact]
    public async Task Upload_BecomesDocuments()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "letters");
        using var form = Form(
            ("cellos.txt", "The cello has four strings. It is tuned in fifths."),
            ("../../etc/organs.txt", "The organ is played with hands and feet."));

        var accepted = await Reply.ValueAsync<UploadAccepted>(await admin.PostAsync(ApiRoutes.Files("letters"), form, TestContext.Current.CancellationToken));
        var run = await Reply.EndOfRunAsync(admin, accepted.RunId);
        Assert.True(run.State == RunState.Succeeded, run.Error);
        var page = await Reply.GetAsync<DocumentPage>(admin, $"{ApiRoutes.Documents("letters")}?search=cello");
        var document = await Reply.GetAsync<DocumentView>(admin, ApiRoutes.Document("letters", Assert.Single(page.Documents).Id));

        Assert.Equal((2, RunKind.Import, RunState.Succeeded), (accepted.Files, run.Kind, run.State));
        Assert.Equal("The cello has four strings. It is tuned in fifths.", document.Text.Trim());
        using var deleted = await admin.DeleteAsync(ApiRoutes.Document("letters", document.Id), TestContext.Current.CancellationToken);
        using var gone = await admin.GetAsync(ApiRoutes.Document("letters", document.Id), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Reply.ProblemAsync(gone, HttpStatusCode.NotFound, "unknown-document");
    }

    [Fact]
    public async Task Upload_DeletesWhatLeftItsFolder_WhenAskedTo()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "pruned");
        await ImportAsync(admin, ApiRoutes.Files("pruned"), ("harps/old.txt", "It had nine strings."), ("harps/new.txt", "It has ten."), ("bell.txt", "Loud."));

        var kept = await ImportAsync(admin, ApiRoutes.Files("pruned"), ("harps/new.txt", "It has ten strings."));
        var before = await IdsAsync(admin, "pruned");
        var pruned = await ImportAsync(admin, ApiRoutes.Files("pruned", "", "", prune: true), ("harps/new.txt", "It has ten strings."));

        Assert.Equal(["bell.txt", "harps/new.txt", "harps/old.txt"], before);
        Assert.Equal(["bell.txt", "harps/new.txt"], await IdsAsync(admin, "pruned"));
        Assert.Contains("1 document is no longer in the files and folders of this import", kept.Stage, StringComparison.Ordinal);
        Assert.Contains("1 document was deleted", pruned.Stage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_AreNamed_AndTheirFilesAloneAreImportedAgain()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "retried");
        var run = await ImportAsync(
            admin, ApiRoutes.Files("retried"), ("flute.txt", "The flute is blown."), ("lines.jsonl", "{\"text\": \"The oboe has two reeds.\"}\n{ broken"), ("odd.xyz", "???"));

        var failures = await Reply.GetAsync<RunFailures>(admin, ApiRoutes.RunFailures(run.Id));
        var again = await Reply.ValueAsync<RunStarted>(await admin.PostAsync(ApiRoutes.RetryFailed(run.Id), null, TestContext.Current.CancellationToken));
        var twice = await Reply.ValueAsync<RunStarted>(await admin.PostAsync(ApiRoutes.RetryFailed(run.Id), null, TestContext.Current.CancellationToken));
        var second = await Reply.EndOfRunAsync(admin, again.RunId);
        var left = await Reply.GetAsync<RunFailures>(admin, ApiRoutes.RunFailures(again.RunId));

        Assert.Equal((RunState.CompletedWithErrors, true), (run.State, failures.CanRetry));
        Assert.Equal(["lines.jsonl, line 2", "odd.xyz"], failures.Items.Select(item => item.Path).Order(StringComparer.Ordinal));
        Assert.All(failures.Items, item => Assert.NotEmpty(item.Reason));
        Assert.Equal(again.RunId, twice.RunId);
        // Of three files two were read again, and in them one document.
        Assert.Equal((1, 2), ((int)second.Metrics["documents"], (int)second.Metrics["skipped"]));
        Assert.Equal(failures.Items, left.Items);
        Assert.Equal(2, (await IdsAsync(admin, "retried")).Count());
    }

    [Fact]
    public async Task RetryOfNothing_IsRefused()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "unretried");
        var run = await ImportAsync(admin, ApiRoutes.Files("unretried"), ("flute.txt", "The flute is blown."));

        var failures = await Reply.GetAsync<RunFailures>(admin, ApiRoutes.RunFailures(run.Id));
        using var again = await admin.PostAsync(ApiRoutes.RetryFailed(run.Id), null, TestContext.Current.CancellationToken);

        Assert.Equal((0, false), (failures.Items.Count, failures.CanRetry));
        await Reply.ProblemAsync(again, HttpStatusCode.Conflict, "nothing-to-retry");
    }

    [Fact]
    public async Task Upload_AnswersWithTheFirstRun_WhenItIsRepeatedUnderTheSameKey()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "repeats");

        var first = await Reply.ValueAsync<UploadAccepted>(await SendAsync(admin, "repeats", "one key", Form(("a.txt", "Alpha."))));
        var again = await Reply.ValueAsync<UploadAccepted>(await SendAsync(admin, "repeats", "one key", Form(("a.txt", "Alpha."))));
        var other = await Reply.ValueAsync<UploadAccepted>(await SendAsync(admin, "repeats", "another key", Form(("a.txt", "Alpha."))));

        Assert.Equal(first, again);
        Assert.NotEqual(first.RunId, other.RunId);
    }

    [Fact]
    public async Task Upload_IsOneRun_WhenItIsSentTwiceAtOneMomentUnderTheSameKey()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "twice");

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => SendAsync(admin, "twice", "one key", Form(("a.txt", $"Alpha {i}.")))));
        var accepted = new HashSet<UploadAccepted>();
        foreach (var reply in replies)
            accepted.Add(await Reply.ValueAsync<UploadAccepted>(reply));
        await Reply.EndOfRunAsync(admin, Assert.Single(accepted).RunId);

        Assert.Single((await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents("twice"))).Documents);
    }

    [Fact]
    public async Task Upload_IsRefused_WhenItHoldsNoFile()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "no-files");
        using var form = new MultipartFormDataContent { { new StringContent("just a field"), "note" } };
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");

        using var empty = await admin.PostAsync(ApiRoutes.Files("no-files"), form, TestContext.Current.CancellationToken);
        using var other = await admin.PostAsync(ApiRoutes.Files("no-files"), json, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(empty, HttpStatusCode.BadRequest, "no-files");
        await Reply.ProblemAsync(other, HttpStatusCode.UnsupportedMediaType, "not-multipart");
    }

    [Fact]
    public async Task Upload_IsRefusedAndLeavesNothing_WhenAFileIsTooLarge()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "too-large");
        var limits = await Reply.GetAsync<UploadLimits>(admin, ApiRoutes.UploadLimits);
        using var form = Form(("fits.txt", "Short."), ("large.txt", new string('x', (int)limits.MaxFileBytes + 1)));

        using var reply = await admin.PostAsync(ApiRoutes.Files("too-large"), form, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, HttpStatusCode.RequestEntityTooLarge, "upload-too-large");
        var corpus = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus("too-large"));
        Assert.Equal((0L, null), (corpus.Documents, corpus.ActiveRun));
    }

    [Fact]
    public async Task Upload_ReadsTheColumnsThatWereChosen()
    {
        using var admin = await shared.Site.AdminAsync();
        await CreateAsync(admin, "columns");
        using var form = Form(("faq.csv", "question;answer\nWhen does it leave?;At nine, every day.\n"));

        using var reply = await admin.PostAsync(ApiRoutes.Files("columns", "answer", "question", prune: false), form, TestContext.Current.CancellationToken);
        var run = await Reply.EndOfRunAsync(admin, (await Reply.ValueAsync<UploadAccepted>(reply)).RunId);

        Assert.True(run.State == RunState.Succeeded, run.Error);
        var documents = await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents("columns"));
        Assert.Equal("When does it leave?", Assert.Single(documents.Documents).Title);
    }

    [Fact]
    public async Task Upload_NamesTheLimitThatWasMet()
    {
        await using var site = await Site.StartAsync(null, "Realm:FileMaxBytes=1000", "Realm:UploadMaxBytes=50000", "Realm:UploadMaxFiles=2");
        using var admin = await site.AdminAsync();
        await CreateAsync(admin, "limits");
        using var header = Form(("a.txt", "A."));
        header.First().Headers.Add("X-Long", new string('h', 20_000));

        using var file = await admin.PostAsync(ApiRoutes.Files("limits"), Form(("large.txt", new string('x', 1001))), TestContext.Current.CancellationToken);
        using var count = await admin.PostAsync(ApiRoutes.Files("limits"), Form(("a.txt", "A."), ("b.txt", "B."), ("c.txt", "C.")),
            TestContext.Current.CancellationToken);
        using var all = await admin.PostAsync(
            ApiRoutes.Files("limits"), Form(("a.txt", "A."), ("pad", new string('x', 60_000))), TestContext.Current.CancellationToken);
        using var headers = await admin.PostAsync(ApiRoutes.Files("limits"), header, TestContext.Current.CancellationToken);

        var tooLarge = await Reply.ProblemAsync(file, HttpStatusCode.RequestEntityTooLarge, "upload-too-large");
        Assert.Equal("The file \"large.txt\" is larger than 1,000 bytes. Split it, or ask the administrator to raise Realm:FileMaxBytes.", tooLarge.Detail);
        Assert.Contains("Realm:UploadMaxFiles", (await Reply.ProblemAsync(count, HttpStatusCode.RequestEntityTooLarge, "upload-too-large")).Detail,
            StringComparison.Ordinal);
        Assert.Contains("50,000 bytes", (await Reply.ProblemAsync(all, HttpStatusCode.RequestEntityTooLarge, "upload-too-large")).Detail,
            StringComparison.Ordinal);
        Assert.Contains("header", (await Reply.ProblemAsync(headers, HttpStatusCode.BadRequest, "malformed-form")).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bell\u0007.txt", "bell_.txt")]
    [InlineData("two\nlines.txt", "two_lines.txt")]
    [InlineData("abc\u202Etxt.md", "abc_txt.md")]
    public async Task Upload_ShowsNoControlCharacters_WhenAFilesNameHasSome(string name, string shown)
    {
        using var admin = await shared.Site.AdminAsync();
        var corpus = $"names-{Guid.NewGuid():N}";
        await CreateAsync(admin, corpus);
        using var part = new ByteArrayContent(Encoding.UTF8.GetBytes("A text that has a name."));
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=files; filename*=UTF-8''{Uri.EscapeDataString(name)}");
        using var form = new MultipartFormDataContent { part };

        var accepted = await Reply.ValueAsync<UploadAccepted>(await admin.PostAsync(ApiRoutes.Files(corpus), form, TestContext.Current.CancellationToken));
        await Reply.EndOfRunAsync(admin, accepted.RunId);
        var page = await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents(corpus));

        Assert.Equal(shown, Assert.Single(page.Documents).SourceId);
    }

    private static async Task<RunSnapshot> ImportAsync(HttpClient admin, string route, params (string Name, string Text)[] files)
    {
        using var form = Form(files);
        var accepted = await Reply.ValueAsync<UploadAccepted>(await admin.PostAsync(route, form, TestContext.Current.CancellationToken));
        return await Reply.EndOfRunAsync(admin, accepted.RunId);
    }

    private static async Task<IEnumerable<string>> IdsAsync(HttpClient admin, string corpus) =>
        (await Reply.GetAsync<DocumentPage>(admin, ApiRoutes.Documents(corpus))).Documents.Select(document => document.SourceId).Order(StringComparer.Ordinal);

    private static async Task CreateAsync(HttpClient admin, string corpus) =>
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(corpus, ""), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string corpus, string key, MultipartFormDataContent form) => client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Files(corpus)) { Content = form, Headers = { { "Idempotency-Key", key } } },
        TestContext.Current.CancellationToken);

    private static MultipartFormDataContent Form(params (string Name, string Text)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in files)
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "files", name);
        return form;
    }
}
