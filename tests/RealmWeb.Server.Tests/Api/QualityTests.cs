using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Annotation;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>What curators see and decide of labels, each test in a corpus of its own.</summary>
[Collection(SiteTests.Name)]
public sealed class QualityTests(SharedSite shared)
{
    private const string Text = "In 1541 Orellana led them down the river.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agreement_IsWorkedByHand_AndAConflictIsResolved()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var corpus = await CorpusAsync();
        // Grades of ann and bob: (0,0), (0,3), (3,3): κ is (2/3 − 4/9) / (5/9) = 0.4. Marks: Orellana and Orellana, so F1 1; Orellana and none, so 0.
        await SubmitAsync(corpus, "First?", 0, 0);
        var conflict = await SubmitAsync(corpus, "Second?", 0, 3);
        await SubmitAsync(corpus, "Third?", 3, 3);

        var report = await Reply.GetAsync<AgreementReport>(curator, ApiRoutes.Agreement(corpus, null));
        var pair = Assert.Single(report.Pairs);
        Assert.Equal(("ann", "bob", 3), (pair.First, pair.Second, pair.Kappa.N));
        Assert.Equal(0.4, pair.Kappa.Value!.Value, 12);
        Assert.Equal(0.5, pair.Marks.Value!.Value, 12);
        Assert.NotNull(report.Grades.Low);
        Assert.Equal(("Second?", 2), (Assert.Single(report.Conflicts).Question, report.Conflicts[0].Sides.Count));

        (await curator.PostAsync(ApiRoutes.ChooseLabel(conflict[1]), null, Token)).EnsureSuccessStatusCode();
        Assert.Empty((await Reply.GetAsync<AgreementReport>(curator, ApiRoutes.Agreement(corpus, null))).Conflicts);
        var counts = (await shared.Site.Services.GetRequiredService<LabelStore>().SubmittedAsync(corpus, Token)).Single(item => item.Item.Question == "Second?");
        Assert.Equal(conflict[1], counts.Agreed!.Id);
    }

    [Fact]
    public async Task Conflict_IsMerged_AndEachAnnotatorSeesWhatBecameOfTheirLabels()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var corpus = await CorpusAsync();
        await SubmitAsync(corpus, "First?", 3, 3);
        var labels = await SubmitAsync(corpus, "Second?", 0, 3);
        var conflict = Assert.Single((await Reply.GetAsync<AgreementReport>(curator, ApiRoutes.Agreement(corpus, null))).Conflicts);
        async Task<HttpResponseMessage> MergeAsync(MergeLabelsRequest request) =>
            await curator.PostAsJsonAsync(ApiRoutes.MergeLabels(conflict.ItemId), request, Token);

        using var twice = await MergeAsync(new(labels[0], [new(labels[0], 1), new(labels[1], 1)]));
        using var nothing = await MergeAsync(new(labels[0], []));
        using var unknown = await MergeAsync(new(labels[0], [new(labels[0], 7)]));
        foreach (var refused in new[] { twice, nothing, unknown })
            await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "bad-merge");
        (await MergeAsync(new(labels[0], [new(labels[1], 1)]))).EnsureSuccessStatusCode();
        // A merged label takes the place of the one before.
        (await MergeAsync(new(labels[0], [new(labels[1], 1)]))).EnsureSuccessStatusCode();

        var store = shared.Site.Services.GetRequiredService<LabelStore>();
        var item = (await store.SubmittedAsync(corpus, Token)).Single(item => item.Item.Question == "Second?");
        Assert.Equal((3, true, 3), (item.Labels.Count, item.Agreed!.Merged, Assert.Single(item.Agreed.Passages).Grade));
        Assert.Equal("Orellana", Assert.Single(item.Agreed.Passages[0].Spans).Text);
        var report = await Reply.GetAsync<AgreementReport>(curator, ApiRoutes.Agreement(corpus, null));
        Assert.Empty(report.Conflicts);
        // Two opinions, not three.
        Assert.Equal(("ann", "bob"), (Assert.Single(report.Pairs).First, report.Pairs[0].Second));
        var ann = report.Annotators[0];
        Assert.Equal(("ann", 2, 1, 1, 0, 2), (ann.By, ann.Labels, ann.Counting, ann.Overruled, ann.Open, ann.Grades.N));
        Assert.Equal(2, Assert.Single(ann.Weeks).Labels);
        var correction = Assert.Single(ann.Corrections);
        Assert.Equal((labels[0], "Second?"), (correction.Number, correction.Question));
        Assert.Equal((0, 3), (correction.Said.Passages[0].Grade, correction.Counts.Passages[0].Grade));
        // The curator's own labels are none of these.
        Assert.Equal(0, (await Reply.GetAsync<AnnotatorHistory>(curator, ApiRoutes.LabelHistory(corpus))).Labels);

        // Choosing takes the merged one away again.
        (await curator.PostAsync(ApiRoutes.ChooseLabel(labels[0]), null, Token)).EnsureSuccessStatusCode();
        item = (await store.SubmittedAsync(corpus, Token)).Single(item => item.Item.Question == "Second?");
        Assert.Equal((2, labels[0]), (item.Labels.Count, item.Agreed!.Id));
    }

    [Fact]
    public async Task Files_GoOutAndComeIn_ByteForByte()
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var (first, second) = (await CorpusAsync(), await CorpusAsync());
        await SubmitAsync(first, "Who led them?", 3);
        foreach (var form in new[] { "QuestionLines", "Squad", "Dpr" })
        {
            var file = await curator.GetByteArrayAsync(ApiRoutes.LabelExport(first, form), Token);
            using var body = new MultipartFormDataContent { { new ByteArrayContent(file), "file", form == "QuestionLines" ? "labels.jsonl" : "labels.json" } };
            using var reply = await curator.PostAsync(ApiRoutes.LabelImport(second, form), body, Token);
            var imported = await Reply.ValueAsync<LabelsImported>(reply);

            Assert.Empty(imported.LeftOut);
            Assert.Equal(file, await curator.GetByteArrayAsync(ApiRoutes.LabelExport(second, form), Token));
        }
    }

    [Theory]
    [InlineData("QuestionLines")]
    [InlineData("Squad")]
    [InlineData("Dpr")]
    public async Task Import_IsRefused_WhenTheFileHoldsNoLabel(string form)
    {
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        using var body = new MultipartFormDataContent { { new StringContent("no JSON"), "file", "labels.json" } };

        using var reply = await curator.PostAsync(ApiRoutes.LabelImport(await CorpusAsync(), form), body, Token);

        await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-labels");
    }

    [Fact]
    public async Task Annotator_SeesNoAgreement_AndACuratorNoRuns()
    {
        using var annotator = await shared.Site.SignedInAsync(Roles.Annotator);
        using var curator = await shared.Site.SignedInAsync(Roles.Curator);
        var corpus = await CorpusAsync();

        foreach (var route in new[] { ApiRoutes.Agreement(corpus, null), ApiRoutes.LabelExport(corpus, "Squad") })
        {
            using var refused = await annotator.GetAsync(route, Token);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        using var runs = await curator.GetAsync(ApiRoutes.Runs, Token);
        Assert.Equal(HttpStatusCode.Forbidden, runs.StatusCode);
    }

    private async Task<string> CorpusAsync()
    {
        var name = $"rivers-{Guid.NewGuid():N}";
        using var admin = await shared.Site.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(name, ""), Token)).EnsureSuccessStatusCode();
        return name;
    }

    /// <returns>Numbers of the labels of ann and bob.</returns>
    private async Task<List<long>> SubmitAsync(string corpus, string question, params int[] grades)
    {
        var item = new AnnotationItem { Corpus = corpus, Question = question, Wanted = 2, Given = 1 };
        var first = Of("ann", grades[0]);
        await shared.Site.Services.GetRequiredService<LabelStore>().AddAsync([(item, first)], Token);
        var numbers = new List<long> { first.Id };
        if (grades.Length > 1)
        {
            var second = Of("bob", grades[1]);
            second.ItemId = item.Id;
            numbers.Add((await shared.Site.Services.GetRequiredService<LabelDesk>().SaveAsync(second, 0, Token))!.Label.Id);
        }
        return numbers;
    }

    private static Label Of(string by, int grade) => new()
    {
        By = by, State = LabelState.Submitted, SubmittedAt = TimeProvider.System.GetUtcNow(),
        Passages =
        [
            new LabelPassage
            {
                Rank = 1, Document = "amazon.txt", BlockId = "b", Title = "Amazon", Text = Text, Grade = grade,
                Spans = grade < 2 ? [] : [new LabelSpan { Rank = 1, Start = 8, End = 16, Text = "Orellana" }],
            },
        ],
    };
}
