using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Tests.State;

/// <summary>The desk over a real connection, with a clock that stands still until a test moves it.</summary>
public sealed class AnnotationDeskTests : IAsyncLifetime
{
    private readonly StillClock _time = new();
    private readonly ScriptedBrowser _browser = new();
    private ScriptedSite _site = null!;
    private AnnotationDesk _desk = null!;
    private DraftShelf _shelf = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Annotation.Items.AddRange([ScriptedAnnotation.Item(1, "Who led them?"), ScriptedAnnotation.Item(2, "Who came back?")]);
        _desk = Desk();
        await _desk.NextAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Change_IsSavedAMomentLater_AndOnlyOnce()
    {
        await _desk.Label!.ChangeAsync(Graded(1, 0));
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        Assert.False(_desk.Label!.Saved);
        Assert.Empty(_site.Annotation.Saved);

        _time.Advance(TimeSpan.FromSeconds(1));

        await UntilAsync(() => _desk.Label is { Saved: true });
        var saved = Assert.Single(_site.Annotation.Saved);
        Assert.Equal((1, LabelState.Draft, 3), (saved.Item, saved.Request.State, Assert.Single(saved.Request.Content.Passages).Grade));
    }

    [Fact]
    public async Task Draft_WhoseAnswerGotLost_IsSentAgainAsItWas_BeforeWhatWasSaidSince()
    {
        _site.Annotation.LostAnswers = 1;
        await _desk.Label!.ChangeAsync(Graded(1, 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _desk.Label!.Refusal is not null);
        await _desk.Label!.ChangeAsync(Graded(1, 3));

        _time.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(() => _desk.Label is { Saved: true });
        Assert.Equal(
            [(0, 1), (0, 1), (1, 3)], _site.Annotation.Saved.Select(saved => (saved.Request.Revision, saved.Request.Content.Passages[0].Grade!.Value)));
        Assert.Null(_desk.Label!.Refusal);
    }

    [Fact]
    public async Task Submitted_WhoseAnswerGotLost_IsDoneOnce_AndTheNextComes()
    {
        _site.Annotation.LostAnswers = 1;
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();
        var shown = (_desk.Label!.Item.Id, _desk.Label!.Refusal is not null);

        _time.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(() => _desk.Label is { Item.Id: 2 });
        Assert.Equal((1, true), shown);
        await _desk.UndoAsync();
        Assert.Equal((1, 3), (_desk.Label!.Item.Id, _desk.Label!.Content.Passages[0].Grade));
    }

    [Fact]
    public async Task Submit_TakesTheNext_AndUndoBringsTheLabelBack()
    {
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();
        Assert.Equal((2, false), (_desk.Label!.Item.Id, _desk.Label!.Content.NoAnswer));

        await _desk.UndoAsync();

        Assert.Equal(1, _desk.Label!.Item.Id);
        Assert.Equal(3, Assert.Single(_desk.Label!.Content.Passages).Grade);
        await _desk.Label!.ChangeAsync(Graded(1, 2));
        await _desk.SubmitAsync();
        Assert.Equal([LabelState.Submitted, LabelState.Submitted], _site.Annotation.Saved.Select(saved => saved.Request.State));
        Assert.Equal([0, 2], _site.Annotation.Saved.Select(saved => saved.Request.Revision));
    }

    [Fact]
    public async Task Undo_TakesChangesBackOneByOne_ButNotLetterByLetter()
    {
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        foreach (var note in new[] { "s", "su", "sure" })
            await _desk.Label!.ChangeAsync(_desk.Label!.Content with { Note = note });

        await _desk.UndoAsync();
        Assert.Equal(("", 3), (_desk.Label!.Content.Note, Assert.Single(_desk.Label!.Content.Passages).Grade));
        await _desk.UndoAsync();
        Assert.Empty(_desk.Label!.Content.Passages);
        Assert.False(_desk.CanUndo);
    }

    [Fact]
    public async Task LostHold_IsSaid_AndTheDraftIsKept()
    {
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        _site.Annotation.TakenByOthers.Add(1);

        _time.Advance(TimeSpan.FromMinutes(1));

        await UntilAsync(() => _desk.Label!.HoldLost && _desk.Label!.Saved);
        Assert.Equal(LabelState.Draft, _site.Annotation.Saved[^1].Request.State);
        await _desk.SubmitAsync();
        Assert.DoesNotContain(_site.Annotation.Saved, saved => saved.Request.State == LabelState.Submitted);
        await _desk.NextAsync();
        Assert.Equal((2, false), (_desk.Label!.Item.Id, _desk.Label!.HoldLost));
    }

    [Fact]
    public async Task Submit_SaysThatTheHoldIsLost_WhenOnlyTheServerKnows()
    {
        _site.Annotation.TakenByOthers.Add(1);
        await _desk.Label!.ChangeAsync(Graded(1, 3));

        await _desk.SubmitAsync();

        Assert.Equal((true, 1), (_desk.Label!.HoldLost, _desk.Label!.Item.Id));
        Assert.True(_desk.Label!.Saved);
    }

    [Fact]
    public async Task Skipped_IsLeftForLater()
    {
        await _desk.SkipAsync();

        Assert.Equal(2, _desk.Label!.Item.Id);
        Assert.Equal([1L], _site.Annotation.Released);
    }

    [Fact]
    public async Task FoundPassage_IsGraded_PutBack_AndFoundAgain()
    {
        var found = new AnnotationPassage(0, 9, "b9", 0, "Nile", "Speke looked for it.", null, null, null, true);

        var rank = await _desk.Label!.AddAsync(found);
        Assert.Equal((2, 2), (rank, _desk.Label!.Passages.Count));
        await _desk.Label!.RemoveAsync(rank);
        Assert.Single(_desk.Label!.Passages);
        await _desk.UndoAsync();

        Assert.Equal(2, _desk.Label!.Passages.Count);
        Assert.Equal(rank, await _desk.Label!.AddAsync(found));
    }

    [Fact]
    public async Task Label_OutlivesThePage_WhenTheConnectionIsLost_AndIsSubmittedOnceItIsBack()
    {
        _site.Annotation.LostAnswers = 100;
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();
        Assert.Equal((true, true, LabelState.Draft), (_desk.Label!.Waits, _desk.Label!.Finishing, _desk.Label!.State));
        var kept = Assert.Single(_browser.Kept).Value;

        // The page is gone, and another one opens when the connection is back. The answers got lost; what was sent arrived.
        _site.Annotation.LostAnswers = 0;
        await using var later = Desk();
        await later.NextAsync();

        Assert.Contains("Submitted", kept, StringComparison.Ordinal);
        Assert.Equal(2, later.Label!.Item.Id);
        Assert.Empty(_browser.Kept);
        Assert.Equal(3, Assert.Single(_site.Annotation.LabelOf(1)!.Content.Passages).Grade);
        Assert.Equal((LabelState.Submitted, 1), (_site.Annotation.LabelOf(1)!.State, _site.Annotation.LabelOf(1)!.Revision));
    }

    [Fact]
    public async Task Draft_ThatNeverArrived_IsSentByTheNextPage()
    {
        _site.Annotation.Unreached = true;
        await _desk.Label!.ChangeAsync(Graded(1, 2));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _desk.Label!.Waits);
        Assert.Null(_site.Annotation.LabelOf(1));

        _site.Annotation.Unreached = false;
        await using var later = Desk();
        await later.NextAsync();

        Assert.Equal((LabelState.Draft, 1, 2), (_site.Annotation.LabelOf(1)!.State, _site.Annotation.LabelOf(1)!.Revision, _site.Annotation.LabelOf(1)!.Content.Passages[0].Grade));
        Assert.Empty(_browser.Kept);
    }

    [Fact]
    public async Task Draft_ThatWasChangedElsewhere_IsShown_AndOpensWithWhatThisBrowserKept()
    {
        _site.Annotation.Unreached = true;
        await _desk.Label!.ChangeAsync(Graded(1, 2));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _desk.Label!.Waits);
        _site.Annotation.Unreached = false;
        using var elsewhere = _site.Api();
        await elsewhere.SaveAnnotationAsync(1, new SaveLabelRequest(0, LabelState.Draft, Graded(1, 0)));

        await using var later = Desk();
        await _shelf.SendAsync([]);
        var refused = Assert.Single(_shelf.Refused);
        Assert.Equal((1L, 2), (refused.Draft.Item, refused.Draft.Content.Passages[0].Grade));
        Assert.Contains("changed elsewhere", refused.Why, StringComparison.Ordinal);
        await later.OpenAsync(refused.Draft);
        await later.Label!.SaveAsync();

        Assert.Equal((2, 2), (_site.Annotation.LabelOf(1)!.Revision, _site.Annotation.LabelOf(1)!.Content.Passages[0].Grade));
        Assert.Empty(_browser.Kept);
    }

    [Fact]
    public async Task Change_AfterASubmissionWhoseAnswerGotLost_IsSaidOfADraftAgain()
    {
        _site.Annotation.LostAnswers = 1;
        await _desk.Label!.ChangeAsync(Graded(1, 3));
        await _desk.SubmitAsync();

        await _desk.Label!.ChangeAsync(Graded(1, 1));
        _time.Advance(TimeSpan.FromSeconds(6));

        await UntilAsync(() => _desk.Label is { Saved: true });
        Assert.Equal((LabelState.Draft, 1), (_site.Annotation.LabelOf(1)!.State, _site.Annotation.LabelOf(1)!.Content.Passages[0].Grade));
    }

    // What another page of the same browser would open.
    private AnnotationDesk Desk() => new(_site.Api(), _time, _shelf = new DraftShelf(new BrowserPage(_browser), _site.Api(), () => "ada"), () => Task.CompletedTask);

    private static LabelContent Graded(int rank, int grade) => LabelContent.Empty with { Passages = [new PassageLabel(rank, grade, [])] };

    private static async Task UntilAsync(Func<bool> happened)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!happened()) await Task.Delay(20, patience.Token);
    }
}
