using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

[Collection(AskingTests.Name)]
public sealed class FlagTests(AskableSite shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asker_FlagsAnswerAndPassagesApart()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        var place = PlaceIn(answer.Evidence[1], 0, 5);

        var flag = await FlagAsync(asker, answer.Id, new FlagRequest(
            AnswerVerdict.Wrong, Passages: Says((1, PassageVerdict.DoesNotBelong), (2, PassageVerdict.Answers)), Place: place, Note: " It is the second. "));
        var found = await Reply.GetAsync<FlagView>(asker, ApiRoutes.Flag(answer.Id));

        Assert.Equal((AnswerVerdict.Wrong, false, "It is the second.", place), (flag.Answer, flag.NotInDocuments, flag.Note, flag.Place));
        Assert.Equal(answer.Evidence[1].Text[..5], flag.PlaceText);
        Assert.Equal([(1, PassageVerdict.DoesNotBelong), (2, PassageVerdict.Answers)], flag.Passages.Select(passage => (passage.Key, passage.Value)));
        Assert.Null(flag.Outcome);
        Assert.Equal((flag.Note, flag.Place, flag.ChangedAt), (found.Note, found.Place, found.ChangedAt));
    }

    [Fact]
    public async Task Flag_IsKeptWithThePassageThatWasShown()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);

        await FlagAsync(asker, answer.Id, new FlagRequest(Passages: Says((2, PassageVerdict.Answers))));
        var kept = Assert.Single((await shared.Site.Services.GetRequiredService<FlagStore>().FindAsync(answer.Id, Stop))!.Passages);

        Assert.Equal((2, answer.Evidence[1].BlockId, answer.Evidence[1].DocumentId), (kept.Rank, kept.BlockId, kept.DocumentId));
    }

    [Fact]
    public async Task Asker_ChangesAndTakesBack()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Wrong, Note: "no"));

        var changed = await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Right));
        using var takenBack = await asker.DeleteAsync(ApiRoutes.Flag(answer.Id), Stop);
        using var again = await asker.DeleteAsync(ApiRoutes.Flag(answer.Id), Stop);
        using var nothing = await asker.GetAsync(ApiRoutes.Flag(answer.Id), Stop);

        Assert.Equal((AnswerVerdict.Right, ""), (changed.Answer, changed.Note));
        Assert.Equal(HttpStatusCode.NoContent, takenBack.StatusCode);
        await Reply.ProblemAsync(again, HttpStatusCode.NotFound, "no-flag");
        await Reply.ProblemAsync(nothing, HttpStatusCode.NotFound, "no-flag");
    }

    [Fact]
    public async Task Answer_IsUnknown_ForEverybodyElse()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        using var admin = await shared.Site.AdminAsync();
        using var visitor = shared.Site.Anonymous();
        var answer = await AskAsync(asker);
        var visited = await AskAsync(visitor);
        await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Right));

        using var read = await admin.GetAsync(ApiRoutes.Flag(answer.Id), Stop);
        using var taken = await admin.DeleteAsync(ApiRoutes.Flag(answer.Id), Stop);
        foreach (var id in new[] { answer.Id, visited.Id, Guid.CreateVersion7() })
            await RefusedAsync(admin, id, new FlagRequest(AnswerVerdict.Wrong), HttpStatusCode.NotFound, "unknown-answer");

        await Reply.ProblemAsync(read, HttpStatusCode.NotFound, "unknown-answer");
        await Reply.ProblemAsync(taken, HttpStatusCode.NotFound, "unknown-answer");
        Assert.Equal(AnswerVerdict.Right, (await Reply.GetAsync<FlagView>(asker, ApiRoutes.Flag(answer.Id))).Answer);
    }

    [Fact]
    public async Task Flag_IsRefused_WhenItSaysNothingOrContradictsItself()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        var place = PlaceIn(answer.Evidence[0], 0, 4);
        FlagRequest[] bad =
        [
            new(), new(Note: "   "), new(Note: new string('x', 501)), new(Passages: Says((99, PassageVerdict.Answers))),
            new(NotInDocuments: true, Place: place), new(NotInDocuments: true, Passages: Says((1, PassageVerdict.Answers))),
            new(Place: place with { BlockId = "gone" }), new(Place: place with { DocumentId = 999_999 }), new(Place: place with { End = 0 }),
            new(Place: place with { End = answer.Evidence[0].Text.Length + 1 }), new(Place: place with { Start = -1 }), new((AnswerVerdict)7),
            new(Passages: Says((1, (PassageVerdict)7))),
        ];

        foreach (var flag in bad)
            await RefusedAsync(asker, answer.Id, flag, HttpStatusCode.BadRequest, "bad-flag");

        Assert.Null(await shared.Site.Services.GetRequiredService<FlagStore>().FindAsync(answer.Id, Stop));
    }

    [Fact]
    public async Task WorkedOn_IsShownToTheAsker_AndEndsChanges()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Wrong));
        var flags = shared.Site.Services.GetRequiredService<FlagStore>();

        await flags.WorkedOnAsync((await flags.FindAsync(answer.Id, Stop))!.Id, 214, Stop);
        await flags.LearnedAsync(214, "m3", finds: true, Stop);
        var own = Assert.Single(await Reply.GetAsync<List<OwnFlag>>(asker, ApiRoutes.OwnFlags));
        using var takenBack = await asker.DeleteAsync(ApiRoutes.Flag(answer.Id), Stop);

        Assert.Equal((answer.Id, answer.Question, answer.Answer, answer.Corpus), (own.AnswerId, own.Question, own.Words, own.Corpus));
        Assert.Equal((FlagOutcome.Labelled, 214L, "m3", true), (own.Flag.Outcome, own.Flag.LabelId, own.Flag.Model, own.Flag.ModelFinds));
        await RefusedAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Right), HttpStatusCode.Conflict, "flag-done");
        await Reply.ProblemAsync(takenBack, HttpStatusCode.Conflict, "flag-done");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FollowUp_TellsWhetherAnotherModelFindsThePassage(bool right)
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Wrong));
        var flags = shared.Site.Services.GetRequiredService<FlagStore>();
        var followUp = shared.Site.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Server.Flags.FlagFollowUp>().Single();
        var label = await LabelAsync(answer, answer.Evidence[right ? 0 : 1]);
        await flags.WorkedOnAsync((await flags.FindAsync(answer.Id, Stop))!.Id, label, Stop);

        // the model that was flagged is not asked again
        await followUp.LookAsync(Stop);
        var before = await flags.FindAsync(answer.Id, Stop);
        await InDatabaseAsync(db => db.AskedQuestions.Where(question => question.Id == answer.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(question => question.Model, "an earlier one"), Stop));
        await followUp.LookAsync(Stop);
        var after = (await flags.FindAsync(answer.Id, Stop))!;

        Assert.Null(before!.Model);
        Assert.Equal((AskableSite.Model, right && !answer.NoAnswer), (after.Model, after.ModelFinds!.Value));
    }

    [Fact]
    public async Task Visitors_MayNotFlag_UnlessASettingSaysSo()
    {
        using var visitor = shared.Site.Anonymous();
        var answer = await AskAsync(visitor);

        await RefusedAsync(visitor, answer.Id, new FlagRequest(AnswerVerdict.Wrong), HttpStatusCode.Unauthorized, "not-signed-in");
        Assert.Equal(Flagging.SignIn, (await Reply.GetAsync<AskInfo>(visitor, ApiRoutes.AskInfo)).Flagging);
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        Assert.Equal(Flagging.On, (await Reply.GetAsync<AskInfo>(asker, ApiRoutes.AskInfo)).Flagging);
    }

    [Fact]
    public async Task Visitors_FlagTheirOwnAnswers_WithinALimit_WhenASettingSaysSo()
    {
        await using var site = await SmallSiteAsync("Realm:VisitorFlags=true", "Realm:FlagsPerMinute=4");
        using var visitor = site.Anonymous();
        using var other = site.Anonymous();
        var answer = await AskAsync(visitor, Harbour);

        var flag = await FlagAsync(visitor, answer.Id, new FlagRequest(Passages: Says((1, PassageVerdict.DoesNotBelong))));
        await RefusedAsync(other, answer.Id, new FlagRequest(AnswerVerdict.Wrong), HttpStatusCode.NotFound, "unknown-answer");
        for (var i = 0; i < 2; i++)
            await FlagAsync(visitor, answer.Id, new FlagRequest(AnswerVerdict.Wrong));
        await RefusedAsync(visitor, answer.Id, new FlagRequest(AnswerVerdict.Wrong), HttpStatusCode.TooManyRequests, "too-many-requests");

        Assert.Equal(PassageVerdict.DoesNotBelong, flag.Passages[1]);
        Assert.Equal(Flagging.On, (await Reply.GetAsync<AskInfo>(visitor, ApiRoutes.AskInfo)).Flagging);
    }

    [Theory]
    [InlineData("Realm:QuestionDays=0")]
    [InlineData("Realm:KeepQuestions=false")]
    public async Task Flagging_IsOff_WhenNoQuestionIsKept(string setting)
    {
        await using var site = await SmallSiteAsync(setting);
        using var admin = await site.AdminAsync();
        var answer = await AskAsync(admin, Harbour);

        var problem = await RefusedAsync(admin, answer.Id, new FlagRequest(AnswerVerdict.Wrong), HttpStatusCode.Conflict, "flagging-off");

        Assert.Contains("Realm:KeepQuestions", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(Flagging.Off, (await Reply.GetAsync<AskInfo>(admin, ApiRoutes.AskInfo)).Flagging);
    }

    [Fact]
    public async Task Admin_DeletesAQuestionOfAnybody_WithItsFlag()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        using var admin = await shared.Site.AdminAsync();
        var answer = await AskAsync(asker);
        await FlagAsync(asker, answer.Id, new FlagRequest(AnswerVerdict.Wrong));

        using var deleted = await admin.DeleteAsync(ApiRoutes.Question(answer.Id), Stop);
        using var again = await admin.DeleteAsync(ApiRoutes.Question(answer.Id), Stop);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Reply.ProblemAsync(again, HttpStatusCode.NotFound, "unknown-question");
        Assert.Null(await shared.Site.Services.GetRequiredService<FlagStore>().FindAsync(answer.Id, Stop));
        Assert.Empty(await Reply.GetAsync<List<OwnFlag>>(asker, ApiRoutes.OwnFlags));
    }

    [Fact]
    public async Task Search_FindsPassagesThatCanBePointedAt()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        var answer = await AskAsync(asker);
        var words = answer.Evidence[0].Title;

        var found = await Reply.GetAsync<List<FoundPassage>>(asker, ApiRoutes.Passages(AskableSite.Corpus, words));
        var nothing = await Reply.GetAsync<List<FoundPassage>>(asker, ApiRoutes.Passages(AskableSite.Corpus, "xyzzyxyzzy"));
        var flag = await FlagAsync(asker, answer.Id, new FlagRequest(Place: new MarkedPlace(found[0].DocumentId, found[0].BlockId, 2, 9)));

        Assert.Equal(found[0].Text[2..9], flag.PlaceText);
        Assert.Contains(found, passage => passage.Title == words);
        Assert.Empty(nothing);
    }

    [Fact]
    public async Task Search_IsRefused_WhenItAsksForTooMuch()
    {
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);

        using var many = await asker.GetAsync($"{ApiRoutes.Passages(AskableSite.Corpus, "paper")}&take=51", Stop);
        using var elsewhere = await asker.GetAsync(ApiRoutes.Passages("nothing", "paper"), Stop);

        await Reply.ProblemAsync(many, HttpStatusCode.BadRequest, "bad-search");
        await Reply.ProblemAsync(elsewhere, HttpStatusCode.NotFound, "unknown-corpus");
    }

    private const string Harbour = "harbour";

    private static async Task<Site> SmallSiteAsync(params string[] settings)
    {
        var site = await Site.StartAsync(null, settings);
        RandomModel.Make(Path.Combine(site.DataFolder, "models", AskableSite.Model));
        site.Services.GetRequiredService<RealmWeb.Data.Models.ModelLibrary>().Promote(AskableSite.Model, "the test", "the only one");
        site.Services.GetRequiredService<CorpusLibrary>().Create(Harbour).Import("harbour.md", "Harbour", "The harbour opens at nine and closes at dusk.");
        return site;
    }

    private static async Task<AskResponse> AskAsync(HttpClient client, string corpus = AskableSite.Corpus)
    {
        using var reply = await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest("Who made paper, and when does the harbour open?", corpus), Stop);
        return await Reply.ValueAsync<AskResponse>(reply);
    }

    private static async Task<FlagView> FlagAsync(HttpClient client, Guid answer, FlagRequest flag)
    {
        using var reply = await client.PutAsJsonAsync(ApiRoutes.Flag(answer), flag, Stop);
        return await Reply.ValueAsync<FlagView>(reply);
    }

    private static async Task<ProblemBody> RefusedAsync(HttpClient client, Guid answer, FlagRequest flag, HttpStatusCode status, string kind)
    {
        using var reply = await client.PutAsJsonAsync(ApiRoutes.Flag(answer), flag, Stop);
        return await Reply.ProblemAsync(reply, status, kind);
    }

    private async Task<long> LabelAsync(AskResponse answer, EvidencePassage passage)
    {
        var item = new AnnotationItem { Corpus = answer.Corpus, Question = answer.Question, AskedQuestionId = answer.Id };
        var label = new Label
        {
            By = "ann",
            State = LabelState.Submitted,
            Passages = [new LabelPassage { Rank = 1, Document = "", BlockId = passage.BlockId, Title = passage.Title, Text = passage.Text, Grade = 3 }],
        };
        await InDatabaseAsync(async db =>
        {
            db.AnnotationItems.Add(item);
            await db.SaveChangesAsync(Stop);
            label.ItemId = item.Id;
            db.Labels.Add(label);
            return await db.SaveChangesAsync(Stop);
        });
        return label.Id;
    }

    private async Task InDatabaseAsync(Func<RealmDbContext, Task<int>> change)
    {
        await using var db = await shared.Site.Services.GetRequiredService<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Stop);
        await change(db);
    }

    private static MarkedPlace PlaceIn(EvidencePassage passage, int start, int end) => new(passage.DocumentId, passage.BlockId, start, end);

    private static Dictionary<int, PassageVerdict> Says(params (int Number, PassageVerdict Verdict)[] passages) =>
        passages.ToDictionary(passage => passage.Number, passage => passage.Verdict);
}
