using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

/// <summary>The annotators' queue and desk over HTTP, each test in a corpus of its own.</summary>
[Collection(SiteTests.Name)]
public sealed class AnnotationTests(SharedSite shared)
{
    private const string Line = "In 1541 Orellana led them 😀 down the river.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotator_TakesGradesMarksAndSubmits_AndTheLabelIsData()
    {
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "Who led them down the river?");

        var taken = await NextAsync(ann, corpus);
        var passage = taken!.Passages[0];
        var start = passage.Text.IndexOf("Orellana", StringComparison.Ordinal);
        var saved = await SaveAsync(ann, item, 0, LabelState.Submitted, Content(new PassageLabel(1, 3, [new SpanLabel(start, start + 8)])));

        Assert.Equal((item, LabelState.Submitted), (taken.Id, saved.State));
        var stored = Assert.Single(await shared.Site.Services.GetRequiredService<LabelStore>().SubmittedAsync(corpus, Token));
        var words = Assert.Single(Assert.Single(stored.Agreed!.Passages).Spans);
        Assert.Equal(("Orellana", passage.BlockId), (words.Text, stored.Agreed.Passages[0].BlockId));
        Assert.Null(await NextAsync(ann, corpus));
    }

    [Fact]
    public async Task FewItems_AreHeldTogether_AndNobodyElseIsGivenOneOfThem()
    {
        using var ann = await AnnotatorAsync();
        using var ben = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var items = new List<long>();
        foreach (var number in Enumerable.Range(1, 4))
            items.Add(await AddAsync(ann, corpus, $"Who led them, number {number}?"));

        var anns = await FewAsync(ann, new NextItemsRequest(new NextItemRequest(corpus), 3));
        var bens = await FewAsync(ben, new NextItemsRequest(new NextItemRequest(corpus), 3));
        var still = await HoldAsync(ben, items);
        (await ann.PostAsJsonAsync(ApiRoutes.AnnotationHoldsRelease, new HeldItems([items[0]]), Token)).Dispose();

        Assert.Equal(items[..3], anns.Select(item => item.Id));
        Assert.Equal(items[3..], bens.Select(item => item.Id));
        Assert.Equal(items[3..], still);
        Assert.Equal(items[0], Assert.Single(await FewAsync(ben, new NextItemsRequest(new NextItemRequest(corpus, Skip: [items[3]]), 3))).Id);
        Assert.Equal(items[1..3], await HoldAsync(ann, items));
    }

    [Fact]
    public async Task FewItems_AreRefused_WhenTheNumberIsOutOfRange()
    {
        using var ann = await AnnotatorAsync();

        using var reply = await ann.PostAsJsonAsync(ApiRoutes.AnnotationNextFew, new NextItemsRequest(new NextItemRequest(), 21), Token);

        Assert.Contains("Use 1 to 20", (await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-take")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_AreKeptForEachAnnotator_AndGoWithTheAccount()
    {
        using var ann = await AnnotatorAsync();
        using var ben = await AnnotatorAsync();
        var chosen = new DeskKeyChoice(new Dictionary<DeskAction, string> { [DeskAction.Submit] = "w", [DeskAction.NoAnswer] = "ß" });

        using (var set = await ann.PutAsJsonAsync(ApiRoutes.DeskKeys, chosen, Token))
            set.EnsureSuccessStatusCode();

        Assert.Equal(chosen.Keys, (await Reply.GetAsync<DeskKeyChoice>(ann, ApiRoutes.DeskKeys)).Keys);
        Assert.Empty((await Reply.GetAsync<DeskKeyChoice>(ben, ApiRoutes.DeskKeys)).Keys);
        using var admin = await shared.Site.AdminAsync();
        var name = (await Reply.GetAsync<Me>(ann, ApiRoutes.Me)).Name;
        var account = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(user => user.UserName == name);
        (await admin.DeleteAsync(ApiRoutes.User(account.Id), Token)).Dispose();
        Assert.Empty((await shared.Site.Services.GetRequiredService<DeskKeyStore>().GetAsync(name, Token)).Keys);
    }

    [Theory]
    [InlineData(DeskAction.Submit, "J", "j would do two things: “Next passage” and “Submit and take the next”")]
    [InlineData(DeskAction.Note, "Tab", "“Write a note”: “Tab” cannot be used here")]
    [InlineData(DeskAction.Note, "", "It has no key")]
    [InlineData(DeskAction.Note, "Ctrl+Enter", "Ctrl Enter submits everywhere")]
    [InlineData(DeskAction.Note, "Ctrl+w", "The browser keeps Ctrl W")]
    public async Task Keys_AreRefusedInWords_WhenTheyCollide(DeskAction action, string key, string why)
    {
        using var ann = await AnnotatorAsync();

        using var set = await ann.PutAsJsonAsync(ApiRoutes.DeskKeys, new DeskKeyChoice(new Dictionary<DeskAction, string> { [action] = key }), Token);

        Assert.Contains(why, (await Reply.ProblemAsync(set, HttpStatusCode.BadRequest, "bad-desk-keys")).Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Label_IsKeptOnce_WhenTheSameIsSentAgain()
    {
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "Who led them, said twice?");
        await NextAsync(ann, corpus);
        var content = Content(new PassageLabel(1, 3, [new SpanLabel(0, 2)]));

        var drafts = new[]
        {
            await SaveAsync(ann, item, 0, LabelState.Draft, content), await SaveAsync(ann, item, 0, LabelState.Draft, content),
        };
        using var other = await ann.PutAsJsonAsync(
            ApiRoutes.AnnotationLabel(item), new SaveLabelRequest(0, LabelState.Draft, content with { Note = "not sure" }), Token);
        var submitted = new[]
        {
            await SaveAsync(ann, item, 0, LabelState.Submitted, content), await SaveAsync(ann, item, 1, LabelState.Submitted, content),
        };

        Assert.Equal([1, 1], drafts.Select(label => label.Revision));
        await Reply.ProblemAsync(other, HttpStatusCode.Conflict, "label-changed");
        Assert.Equal([(2, LabelState.Submitted), (2, LabelState.Submitted)], submitted.Select(label => (label.Revision, label.State)));
        Assert.Equal(1, await shared.Site.Services.GetRequiredService<LabelStore>().CountAsync(corpus, cancellationToken: Token));
    }

    [Fact]
    public async Task FoundPassage_IsKeptWithTheLabel()
    {
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "xyzzy?");

        var found = (await Reply.GetAsync<List<FoundPassage>>(ann, ApiRoutes.Passages(corpus, "Orellana")))[0];
        await NextAsync(ann, corpus);
        await SaveAsync(ann, item, 0, LabelState.Draft, Content(new PassageLabel(1, 2, [], new PassageReference(found.DocumentId, found.BlockId))));
        var again = await Reply.GetAsync<AnnotationItemView>(ann, ApiRoutes.AnnotationItem(item));

        Assert.Equal((true, found.Text), (again.Passages[^1].Found, again.Passages[^1].Text));
        Assert.Equal(2, Assert.Single(again.Label!.Content.Passages).Grade);
    }

    public static TheoryData<LabelContent, string> Refused => new()
    {
        { LabelContent.Empty, "says nothing yet" },
        { Content(new PassageLabel(9, 3, [])), "no passage 9" },
        { Content(new PassageLabel(1, 4, [])), "Grades are 0 to 3" },
        { Content(new PassageLabel(1, 1, [new SpanLabel(0, 2)])), "not graded 2 or 3" },
        { Content(new PassageLabel(1, 3, [new SpanLabel(0, 4000)])), "characters" },
        { Content(new PassageLabel(1, 3, [new SpanLabel(Line.IndexOf("😀", StringComparison.Ordinal) + 1, Line.Length)])), "cut a character in two" },
        { Content(new PassageLabel(1, 3, [new SpanLabel(7, 8)])), "white space" },
        { Content(new PassageLabel(1, 3, [])) with { NoAnswer = true }, "nothing answers" },
        { LabelContent.Empty with { NoAnswer = true, Note = new string('x', 1001) }, "Shorten" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Label_IsRefused_WhenItMakesNoSense(LabelContent content, string why)
    {
        using var ann = await AnnotatorAsync();
        var item = await AddAsync(ann, await CorpusAsync(), "Who led them down the river?");

        using var reply = await ann.PutAsJsonAsync(ApiRoutes.AnnotationLabel(item), new SaveLabelRequest(0, LabelState.Submitted, content), Token);

        var problem = await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-label");
        Assert.Contains(why, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeldItem_IsRefusedToOthers_AndASkippedOneIsNot()
    {
        using var ann = await AnnotatorAsync();
        using var bob = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "Who led them?");
        await NextAsync(ann, corpus);

        Assert.Null(await NextAsync(bob, corpus));
        using var refused = await bob.PostAsync(ApiRoutes.AnnotationHold(item), null, Token);
        await Reply.ProblemAsync(refused, HttpStatusCode.Conflict, "hold-lost");
        (await ann.DeleteAsync(ApiRoutes.AnnotationHold(item), Token)).EnsureSuccessStatusCode();

        Assert.Equal(item, (await NextAsync(bob, corpus))!.Id);
    }

    [Fact]
    public async Task Submit_KeepsADraft_WhenSomebodyElseHasTheItem()
    {
        using var ann = await AnnotatorAsync();
        using var bob = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "Who led them?");
        await NextAsync(bob, corpus);

        using var reply = await ann.PutAsJsonAsync(
            ApiRoutes.AnnotationLabel(item), new SaveLabelRequest(0, LabelState.Submitted, LabelContent.Empty with { NoAnswer = true }), Token);

        await Reply.ProblemAsync(reply, HttpStatusCode.Conflict, "hold-lost");
        var draft = Assert.Single(await Reply.GetAsync<List<LabelView>>(ann, $"/api/annotation/labels?state=Draft&corpus={corpus}"));
        Assert.True(draft.Content.NoAnswer);
    }

    [Fact]
    public async Task Undo_GivesTheDraftBack_AndCountsAgain()
    {
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(ann, corpus, "Who led them?");
        await NextAsync(ann, corpus);
        await SaveAsync(ann, item, 0, LabelState.Submitted, LabelContent.Empty with { NoAnswer = true, Note = "sure" });

        using var reply = await ann.PostAsync(ApiRoutes.AnnotationUndo(item), null, Token);
        var undone = await Reply.ValueAsync<AnnotationItemView>(reply);
        var progress = await Reply.GetAsync<AnnotationProgress>(ann, $"/api/annotation/progress?corpus={corpus}");

        Assert.Equal((LabelState.Draft, "sure"), (undone.Label!.State, undone.Label.Content.Note));
        Assert.NotNull(undone.HeldUntil);
        Assert.Equal((1, 1, 0), (progress.Pending, progress.Drafts, progress.Submitted));
        using var twice = await ann.PostAsync(ApiRoutes.AnnotationUndo(item), null, Token);
        await Reply.ProblemAsync(twice, HttpStatusCode.NotFound, "unknown-label");
    }

    [Fact]
    public async Task Guidelines_AreVersioned_AndLabelsSayWhichTheyWereMadeUnder()
    {
        using var admin = await shared.Site.AdminAsync();
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var route = ApiRoutes.AnnotationGuidelines(corpus);
        var item = await AddAsync(ann, corpus, "Who led them?");

        Assert.Equal(0, (await Reply.GetAsync<GuidelineView>(ann, route)).Version);
        foreach (var text in new[] { "Mark names.", "Mark names.", "Mark whole names." })
            (await admin.PutAsJsonAsync(route, new SetGuidelineRequest(text), Token)).EnsureSuccessStatusCode();
        await NextAsync(ann, corpus);
        var label = await SaveAsync(ann, item, 0, LabelState.Draft, LabelContent.Empty);

        Assert.Equal(2, label.GuidelineVersion);
        Assert.Equal("Mark names.", (await Reply.GetAsync<GuidelineView>(ann, $"{route}?version=1")).Text);
        using var refused = await ann.PutAsJsonAsync(route, new SetGuidelineRequest("Mark nothing."), Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Settings_AreTheAdmins_AndRefusedOutOfRange()
    {
        using var admin = await shared.Site.AdminAsync();
        using var ann = await AnnotatorAsync();

        using var refused = await admin.PutAsJsonAsync(ApiRoutes.AnnotationSettings, new QueueSettings(HoldMinutes: 0), Token);
        using var forbidden = await ann.PutAsJsonAsync(ApiRoutes.AnnotationSettings, new QueueSettings(), Token);

        await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "bad-queue-settings");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(new QueueSettings(), await Reply.GetAsync<QueueSettings>(ann, ApiRoutes.AnnotationSettings));
    }

    [Fact]
    public async Task FlaggedQuestion_ComesWithWhatTheAskerSaid()
    {
        using var ann = await AnnotatorAsync();
        var corpus = await CorpusAsync();
        var services = shared.Site.Services;
        var blocks = services.GetRequiredService<CorpusLibrary>().Open(corpus).Blocks.Enumerate().ToList();
        var question = new AskedQuestion
        {
            Id = Guid.NewGuid(), Corpus = corpus, Question = "Who led them?", Answer = "Nobody", Model = "m", Generation = "", AskedBy = Site.AdminName,
            AskedAt = TimeProvider.System.GetUtcNow(), Passages = [new AskedPassage { Rank = 1, DocumentId = blocks[1].DocumentId, BlockId = blocks[1].BlockId }],
        };
        await services.GetRequiredService<QuestionStore>().AddAsync(question, Token);
        await services.GetRequiredService<FlagStore>().PutAsync(
            new Flag
            {
                QuestionId = question.Id, Answer = AnswerVerdict.Wrong, Note = "See the first line.",
                Passages = [new PassageFlag { Rank = 1, DocumentId = blocks[1].DocumentId, BlockId = blocks[1].BlockId, Verdict = PassageVerdict.DoesNotBelong }],
                Place = new FlagPlace { DocumentId = blocks[0].DocumentId, BlockId = blocks[0].BlockId, Start = 8, End = 16, Text = "Orellana" },
            },
            Token);

        var item = (await NextAsync(ann, corpus))!;

        Assert.Equal((ItemSource.Flag, "Who led them?"), (item.Source, item.Question));
        Assert.Equal([blocks[1].Text, blocks[0].Text], item.Passages.Select(passage => passage.Text));
        Assert.Equal((AnswerVerdict.Wrong, "See the first line."), (item.Flag!.Verdict, item.Flag.Note));
        Assert.Equal([2], item.Flag.Right);
        Assert.Equal([1], item.Flag.Wrong);
    }

    [Fact]
    public async Task Labels_GoWithTheirCorpus()
    {
        using var admin = await shared.Site.AdminAsync();
        var corpus = await CorpusAsync();
        var item = await AddAsync(admin, corpus, "Who led them?");

        (await admin.DeleteAsync(ApiRoutes.Corpus(corpus), Token)).EnsureSuccessStatusCode();

        using var gone = await admin.GetAsync(ApiRoutes.AnnotationItem(item), Token);
        await Reply.ProblemAsync(gone, HttpStatusCode.NotFound, "unknown-item");
    }

    private static LabelContent Content(params PassageLabel[] passages) => LabelContent.Empty with { Passages = passages };

    private static async Task<List<AnnotationItemView>> FewAsync(HttpClient annotator, NextItemsRequest request)
    {
        using var reply = await annotator.PostAsJsonAsync(ApiRoutes.AnnotationNextFew, request, Token);
        return (await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<List<AnnotationItemView>>(Token))!;
    }

    private static async Task<IReadOnlyList<long>> HoldAsync(HttpClient annotator, IReadOnlyList<long> items)
    {
        using var reply = await annotator.PostAsJsonAsync(ApiRoutes.AnnotationHolds, new HeldItems(items), Token);
        return (await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<HeldItems>(Token))!.Items;
    }

    private Task<HttpClient> AnnotatorAsync() => shared.Site.SignedInAsync(Roles.Annotator);

    private async Task<string> CorpusAsync()
    {
        var name = $"rivers-{Guid.NewGuid():N}";
        using var admin = await shared.Site.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(name, ""), Token)).EnsureSuccessStatusCode();
        shared.Site.Services.GetRequiredService<CorpusLibrary>().Open(name).Import("amazon.txt", "Amazon", $"{Line}\nNobody else came.");
        return name;
    }

    private static async Task<long> AddAsync(HttpClient client, string corpus, string question)
    {
        using var reply = await client.PostAsJsonAsync(ApiRoutes.AnnotationItems, new AddItemRequest(corpus, question), Token);
        return (await Reply.ValueAsync<AnnotationItemView>(reply)).Id;
    }

    private static async Task<AnnotationItemView?> NextAsync(HttpClient client, string corpus)
    {
        using var reply = await client.PostAsJsonAsync(ApiRoutes.AnnotationNext, new NextItemRequest(corpus), Token);
        return reply.StatusCode == HttpStatusCode.NoContent ? null : await Reply.ValueAsync<AnnotationItemView>(reply);
    }

    private static async Task<LabelView> SaveAsync(HttpClient client, long item, int revision, LabelState state, LabelContent content)
    {
        using var reply = await client.PutAsJsonAsync(ApiRoutes.AnnotationLabel(item), new SaveLabelRequest(revision, state, content), Token);
        return await Reply.ValueAsync<LabelView>(reply);
    }
}
