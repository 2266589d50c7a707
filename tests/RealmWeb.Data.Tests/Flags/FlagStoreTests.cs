using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Flags;

public sealed class FlagStoreTests : IDisposable
{
    private readonly TempData _data = new();

    private FlagStore Flags => _data.Get<FlagStore>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Flag_IsKeptWithPassagesPlaceAndNote()
    {
        var question = await AskAsync();

        await Flags.PutAsync(
            new Flag
            {
                QuestionId = question,
                Answer = AnswerVerdict.Wrong,
                Passages = [Says(1, PassageVerdict.DoesNotBelong), Says(2, PassageVerdict.Answers)],
                Place = new FlagPlace { DocumentId = 12, BlockId = "block-2", Start = 4, End = 9, Text = "paper" },
                Note = "It is in the second one.",
            },
            Stop);
        var kept = (await Flags.FindAsync(question, Stop))!;

        Assert.Equal((AnswerVerdict.Wrong, false, "It is in the second one."), (kept.Answer!.Value, kept.NotInDocuments, kept.Note));
        Assert.Equal(
            [(1, 11L, "block-1", PassageVerdict.DoesNotBelong), (2, 12L, "block-2", PassageVerdict.Answers)],
            kept.Passages.Select(passage => (passage.Rank, passage.DocumentId, passage.BlockId, passage.Verdict)));
        Assert.Equal((12L, "block-2", 4, 9, "paper"), (kept.Place!.DocumentId, kept.Place.BlockId, kept.Place.Start, kept.Place.End, kept.Place.Text));
        Assert.True(kept.CreatedAt > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task Flag_TakesThePlaceOfTheFormerOne_WhenItIsChanged()
    {
        var question = await AskAsync();
        var former = await Flags.PutAsync(
            new Flag
            {
                QuestionId = question,
                Answer = AnswerVerdict.Wrong,
                Passages = [Says(1, PassageVerdict.DoesNotBelong), Says(2, PassageVerdict.Answers)],
                Place = new FlagPlace { DocumentId = 12, BlockId = "block-2", Start = 4, End = 9, Text = "paper" },
            },
            Stop);

        await Flags.PutAsync(
            new Flag { QuestionId = question, Answer = AnswerVerdict.Right, Passages = [Says(1, PassageVerdict.Answers), Says(3, PassageVerdict.Answers)] }, Stop);
        var kept = (await Flags.FindAsync(question, Stop))!;

        Assert.Equal((former!.Id, former.CreatedAt), (kept.Id, kept.CreatedAt));
        Assert.Equal(AnswerVerdict.Right, kept.Answer);
        Assert.Equal([(1, PassageVerdict.Answers), (3, PassageVerdict.Answers)], kept.Passages.Select(passage => (passage.Rank, passage.Verdict)));
        Assert.Null(kept.Place);
    }

    [Fact]
    public async Task Flags_AreOne_WhenTwoComeAtOnce()
    {
        var question = await AskAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => Flags.PutAsync(new Flag { QuestionId = question, Note = $"{i}", Passages = [Says(i + 1, PassageVerdict.Answers)] }, Stop))));
        var kept = (await Flags.FindAsync(question, Stop))!;

        Assert.Equal($"{Assert.Single(kept.Passages).Rank - 1}", kept.Note);
        Assert.Single(await Flags.OpenAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task Flag_IsRefused_WhenTheQuestionIsNotKept() =>
        Assert.Null(await Flags.PutAsync(new Flag { QuestionId = Guid.CreateVersion7(), Answer = AnswerVerdict.Right }, Stop));

    [Fact]
    public async Task TakeBack_LeavesNothing()
    {
        var question = await AskAsync();
        await Flags.PutAsync(new Flag { QuestionId = question, Answer = AnswerVerdict.Wrong, Passages = [Says(1, PassageVerdict.DoesNotBelong)] }, Stop);

        Assert.True(await Flags.TakeBackAsync(question, Stop));
        Assert.False(await Flags.TakeBackAsync(question, Stop));

        Assert.Equal((0, 0), await CountAsync());
        Assert.NotNull(await _data.Get<QuestionStore>().FindAsync(question, Stop));
    }

    [Fact]
    public async Task Open_IsOldestFirst_WithQuestionsAndPassages()
    {
        var first = await AskAsync("ann", "paper");
        var second = await AskAsync("bob", "paper");
        var elsewhere = await AskAsync("bob", "harbour");
        foreach (var question in new[] { first, elsewhere, second })
            await Flags.PutAsync(new Flag { QuestionId = question, NotInDocuments = true, Passages = [Says(1, PassageVerdict.DoesNotBelong)] }, Stop);

        var open = await Flags.OpenAsync("paper", cancellationToken: Stop);
        var one = await Flags.OpenAsync(take: 1, cancellationToken: Stop);

        Assert.Equal([first, second], open.Select(flag => flag.QuestionId));
        Assert.All(open, flag => Assert.Equal([1, 2, 3], flag.Question!.Passages.Select(passage => passage.Rank)));
        Assert.All(open, flag => Assert.Equal(1, Assert.Single(flag.Passages).Rank));
        Assert.Equal(first, Assert.Single(one).QuestionId);
    }

    [Fact]
    public async Task Own_AreNewestFirst_AndNobodyElses()
    {
        var questions = new List<Guid>();
        foreach (var by in new[] { "ann", "ann", "bob", "" })
            questions.Add(await AskAsync(by));
        foreach (var question in questions)
            await Flags.PutAsync(new Flag { QuestionId = question, Answer = AnswerVerdict.Right }, Stop);

        Assert.Equal([questions[1], questions[0]], (await Flags.OfAsync("ann", 10, Stop)).Select(flag => flag.QuestionId));
        Assert.Equal("Where was paper made?", Assert.Single(await Flags.OfAsync("bob", 10, Stop)).Question!.Question);
    }

    [Fact]
    public async Task WorkedOn_ClosesTheFlag_ForTheQueueAndForItsAsker()
    {
        var question = await AskAsync();
        var flag = await Flags.PutAsync(new Flag { QuestionId = question, Answer = AnswerVerdict.Wrong }, Stop);

        Assert.True(await Flags.WorkedOnAsync(flag!.Id, 214, Stop));
        var kept = (await Flags.FindAsync(question, Stop))!;
        var change = await Assert.ThrowsAsync<FlagDoneException>(() => Flags.PutAsync(new Flag { QuestionId = question, Note = "again" }, Stop));
        await Assert.ThrowsAsync<FlagDoneException>(() => Flags.TakeBackAsync(question, Stop));

        Assert.Contains("label 214", change.Message, StringComparison.Ordinal);
        Assert.Empty(await Flags.OpenAsync(cancellationToken: Stop));
        Assert.Equal((FlagOutcome.Labelled, 214L), (kept.Outcome!.Value, kept.LabelId!.Value));
        Assert.NotNull(kept.WorkedOnAt);
    }

    [Fact]
    public async Task WorkedOn_DeclinesAFlag_WhenNoLabelCameOfIt()
    {
        var question = await AskAsync();
        var flag = await Flags.PutAsync(new Flag { QuestionId = question, Note = "?" }, Stop);

        await Flags.WorkedOnAsync(flag!.Id, labelId: null, Stop);
        var declined = (await Flags.FindAsync(question, Stop))!;
        await Flags.ReopenAsync(flag.Id, Stop);
        var open = Assert.Single(await Flags.OpenAsync(cancellationToken: Stop));

        Assert.Equal(FlagOutcome.Declined, declined.Outcome);
        Assert.Equal((null, null), (open.Outcome, open.LabelId));
    }

    [Fact]
    public async Task Learned_NamesTheFirstModelThatFindsThePassage()
    {
        var question = await AskAsync();
        var flag = await Flags.PutAsync(new Flag { QuestionId = question, Answer = AnswerVerdict.Wrong }, Stop);
        await Flags.WorkedOnAsync(flag!.Id, 7, Stop);

        var told = new List<int>();
        foreach (var (label, model, finds) in new[] { (7, "m2", false), (7, "m3", true), (7, "m4", true), (8, "m5", true) })
            told.Add(await Flags.LearnedAsync(label, model, finds, Stop));
        var kept = (await Flags.FindAsync(question, Stop))!;

        Assert.Equal([1, 1, 0, 0], told);
        Assert.Equal(("m3", true), (kept.Model, kept.ModelFinds!.Value));
    }

    [Fact]
    public async Task Flag_GoesWithItsQuestion_HoweverThatGoes()
    {
        var own = await AskAsync("ann");
        var old = await AskAsync("", at: TimeProvider.System.GetUtcNow().AddDays(-8));
        foreach (var question in new[] { own, old })
            await Flags.PutAsync(new Flag { QuestionId = question, Note = "why", Passages = [Says(1, PassageVerdict.Answers)] }, Stop);
        var privacy = _data.Get<QuestionPrivacy>();

        await privacy.DeleteAsync(new("ann"), own, Stop);
        var afterDeletion = await CountAsync();
        await privacy.SweepAsync(TimeProvider.System.GetUtcNow().AddDays(-7), Stop);

        Assert.Equal((1, 1), afterDeletion);
        Assert.Equal((0, 0), await CountAsync());
    }

    private static PassageFlag Says(int rank, PassageVerdict verdict) =>
        new() { Rank = rank, DocumentId = 10 + rank, BlockId = $"block-{rank}", Verdict = verdict };

    private async Task<Guid> AskAsync(string askedBy = "", string corpus = "paper", DateTimeOffset? at = null)
    {
        var question = new AskedQuestion
        {
            Id = Guid.CreateVersion7(),
            Corpus = corpus,
            Question = "Where was paper made?",
            Model = "tiny",
            Generation = "",
            AskedBy = askedBy,
            AskedAt = at ?? TimeProvider.System.GetUtcNow(),
            Passages = [.. Enumerable.Range(1, 3).Select(rank => new AskedPassage { Rank = rank, DocumentId = 10 + rank, BlockId = $"block-{rank}" })],
        };
        await _data.Get<QuestionStore>().AddAsync(question, Stop);
        return question.Id;
    }

    private async Task<(int Flags, int Passages)> CountAsync()
    {
        await using var db = await _data.Get<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Stop);
        return (await db.Flags.CountAsync(Stop), await db.PassageFlags.CountAsync(Stop));
    }
}
