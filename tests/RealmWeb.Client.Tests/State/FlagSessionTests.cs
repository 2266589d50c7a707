using RealmWeb.Client.State;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Tests.State;

public sealed class FlagSessionTests : IAsyncLifetime
{
    private static readonly Guid Answer = Guid.CreateVersion7();
    private readonly Clock _time = new();
    private ScriptedSite _site = null!;
    private FlagSession _flags = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _flags = new(_site.Api(), _time);
        await _flags.BeginAsync(Answer);
    }

    public async ValueTask DisposeAsync()
    {
        _flags.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Words_AndPassages_AreSpokenOfApart()
    {
        await _flags.SayAsync(AnswerVerdict.Wrong);
        await _flags.SayOfPassageAsync(1, PassageVerdict.Answers);
        await _flags.SayOfPassageAsync(3, PassageVerdict.DoesNotBelong);
        await _flags.NoteAsync(" Look at the first. ");

        var (answer, flag) = _site.Flags[^1];
        Assert.Equal((Answer, AnswerVerdict.Wrong, "Look at the first."), (answer, flag!.Answer, flag.Note));
        Assert.Equal([(1, PassageVerdict.Answers), (3, PassageVerdict.DoesNotBelong)], flag.Passages!.Select(passage => (passage.Key, passage.Value)));
    }

    [Fact]
    public async Task Saying_IsTakenBack_WhenItIsSaidAgain()
    {
        await _flags.SayAsync(AnswerVerdict.Right);
        await _flags.SayOfPassageAsync(2, PassageVerdict.Answers);
        await _flags.SayOfPassageAsync(2, PassageVerdict.Answers);
        await _flags.SayAsync(AnswerVerdict.Right);

        Assert.Equal(4, _site.Flags.Count);
        Assert.Null(_site.Flags[^1].Flag);
        Assert.False(_flags.SaysSomething);
    }

    [Fact]
    public async Task NotInDocuments_TakesBackWhatContradictsIt()
    {
        await _flags.PointAsync(new(3, "b3", 1, 5), "here");
        await _flags.SayOfPassageAsync(1, PassageVerdict.Answers);
        await _flags.SayOfPassageAsync(2, PassageVerdict.DoesNotBelong);

        await _flags.SayNotInDocumentsAsync(answered: true);
        var gap = _flags.Flag;
        await _flags.SayOfPassageAsync(4, PassageVerdict.Answers);

        Assert.Equal((true, AnswerVerdict.Wrong, null), (gap.NotInDocuments, gap.Answer, gap.Place));
        Assert.Equal(2, Assert.Single(gap.Passages!).Key);
        Assert.Equal((false, null), (_flags.Flag.NotInDocuments, _flags.Flag.Answer));
        Assert.Equal([2, 4], _flags.Flag.Passages!.Keys);
    }

    [Fact]
    public async Task Gap_SaysNothingOfWords_WhereThereAreNone()
    {
        await _flags.SayNotInDocumentsAsync(answered: false);

        Assert.Equal((true, null), (_site.Flags[^1].Flag!.NotInDocuments, _site.Flags[^1].Flag!.Answer));
    }

    [Fact]
    public async Task Undo_BringsBackWhatWasSaidBefore()
    {
        await _flags.SayAsync(AnswerVerdict.Wrong);
        await _flags.SayOfPassageAsync(1, PassageVerdict.DoesNotBelong);

        Assert.True(await _flags.UndoAsync());
        Assert.False(await _flags.UndoAsync());

        Assert.Equal(AnswerVerdict.Wrong, _site.Flags[^1].Flag!.Answer);
        Assert.Empty(_flags.Flag.Passages ?? new Dictionary<int, PassageVerdict>());
    }

    [Fact]
    public async Task Undo_OfTheFirst_TakesTheFlagBack()
    {
        await _flags.SayAsync(AnswerVerdict.Wrong);

        await _flags.UndoAsync();

        Assert.Equal([AnswerVerdict.Wrong, null], _site.Flags.Select(said => said.Flag?.Answer));
        Assert.Null(_site.Flags[^1].Flag);
    }

    [Fact]
    public async Task Undo_IsOver_AfterTenSeconds()
    {
        await _flags.SayAsync(AnswerVerdict.Wrong);
        _time.Now += TimeSpan.FromSeconds(9);
        var before = _flags.CanUndo;

        _time.Now += TimeSpan.FromSeconds(1);

        Assert.True(before);
        Assert.False(_flags.CanUndo);
        Assert.False(await _flags.UndoAsync());
        Assert.Single(_site.Flags);
    }

    [Fact]
    public async Task Change_IsTakenFromThePage_WhenTheSiteRefusesIt()
    {
        await _flags.SayAsync(AnswerVerdict.Right);
        _site.RefusesFlags = true;

        var told = await _flags.SayAsync(AnswerVerdict.Wrong);

        Assert.False(told);
        Assert.Equal(AnswerVerdict.Right, _flags.Flag.Answer);
        Assert.Equal("The site says no.", _flags.Problem!.Message);
    }

    [Fact]
    public async Task Nothing_IsSaidOfAnotherAnswer()
    {
        await _flags.SayAsync(AnswerVerdict.Wrong);

        await _flags.BeginAsync(Guid.CreateVersion7());

        Assert.False(_flags.SaysSomething);
        Assert.False(_flags.CanUndo);
        Assert.Single(_site.Flags);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
