using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Flags;

public sealed class UnansweredQuestionTests : IDisposable
{
    private readonly TempData _data = new();
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Unanswered_AreThoseRefusedLast_AndThoseThatAskersMiss()
    {
        // given one refused twice in two spellings, one refused and then answered, one answered and missed, one missed and then called right,
        // one answered, and one of another corpus
        await AskAsync("When does it open?", refused: true);
        await AskAsync("WHEN DOES IT OPEN? ", refused: true);
        await AskAsync("Who is the head?", refused: true);
        await AskAsync("Who is the head?");
        await AskAsync("What is the fee?", notInDocuments: true);
        await AskAsync("What is the fee?");
        await AskAsync("Where is it?", notInDocuments: true);
        await AskAsync("Where is it?", verdict: AnswerVerdict.Right);
        await AskAsync("What is it?");
        await AskAsync("Why?", refused: true, corpus: "elsewhere");

        var found = await _data.Get<QuestionStore>().UnansweredAsync("handbook", 100, Stop);

        Assert.Equal(
            [("What is the fee?", 2, 1), ("WHEN DOES IT OPEN?", 2, 0)], found.Select(question => (question.Question, question.Asked, question.Flagged)));
    }

    [Theory]
    [InlineData(LabelState.Submitted, false, false)]
    [InlineData(LabelState.Submitted, true, true)]
    [InlineData(LabelState.Draft, false, true)]
    public async Task Unanswered_AreLeftOut_OnceAnAnnotatorFoundAPassage(LabelState state, bool noAnswer, bool listed)
    {
        await AskAsync("When does it open?", refused: true);
        await using (var db = await _data.Get<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Stop))
        {
            var item = new AnnotationItem { Corpus = "handbook", Question = "When does it open?" };
            db.AnnotationItems.Add(item);
            await db.SaveChangesAsync(Stop);
            db.Labels.Add(new Label { By = "ann", ItemId = item.Id, State = state, NoAnswer = noAnswer });
            await db.SaveChangesAsync(Stop);
        }

        Assert.Equal(listed ? 1 : 0, (await _data.Get<QuestionStore>().UnansweredAsync("handbook", 100, Stop)).Count);
    }

    [Fact]
    public async Task Unanswered_AreSoughtAmongTheNewest()
    {
        await AskAsync("First?", refused: true);
        await AskAsync("Second?", refused: true);

        Assert.Equal("Second?", Assert.Single(await _data.Get<QuestionStore>().UnansweredAsync("handbook", 1, Stop)).Question);
    }

    [Fact]
    public async Task Verdicts_AreThoseOfTheCorpus_OldestFirst_AndOnlyWhereWordsWereJudged()
    {
        await AskAsync("First?", verdict: AnswerVerdict.Wrong);
        await AskAsync("Second?", notInDocuments: true);
        await AskAsync("Third?", verdict: AnswerVerdict.Right);
        await AskAsync("Fourth?", verdict: AnswerVerdict.Right, corpus: "elsewhere");

        var said = await _data.Get<FlagStore>().VerdictsAsync("handbook", Stop);

        Assert.Equal([AnswerVerdict.Wrong, AnswerVerdict.Right], said.Select(answer => answer.Verdict));
        Assert.All(said, answer => Assert.Equal("tiny", answer.Model));
    }

    private async Task AskAsync(string question, bool refused = false, bool notInDocuments = false, AnswerVerdict? verdict = null, string corpus = "handbook")
    {
        _now = _now.AddMinutes(1);
        var asked = new AskedQuestion
        {
            Id = Guid.NewGuid(), Corpus = corpus, Question = question, NoAnswer = refused, Model = "tiny", Generation = "1", AskedAt = _now,
        };
        await _data.Get<QuestionStore>().AddAsync(asked, Stop);
        if (notInDocuments || verdict is not null)
            await _data.Get<FlagStore>().PutAsync(new Flag { QuestionId = asked.Id, NotInDocuments = notInDocuments, Answer = verdict }, Stop);
    }
}
