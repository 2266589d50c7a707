using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Annotation;

/// <summary>The queue in the real database, its questions as they are kept.</summary>
public sealed class QueuedItemsTests : IAsyncLifetime
{
    private readonly SetClock _time = new();
    private readonly TempData _data;
    private readonly QueuedItems _queue;
    private readonly LabelDesk _desk;
    private readonly CorpusStore _rivers;

    public QueuedItemsTests()
    {
        _data = new TempData(services => services.AddSingleton<TimeProvider>(_time));
        (_queue, _desk) = (_data.Get<QueuedItems>(), _data.Get<LabelDesk>());
        _rivers = _data.Corpora.Create("rivers");
        _rivers.Import("amazon.txt", "Amazon", "Orellana led them.\nNobody else came.");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Which items several label depends on their ids, which are random here.
    public async ValueTask InitializeAsync() => await SettleAsync(new QueueSettings(OverlapPercent: 0));

    public ValueTask DisposeAsync()
    {
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TwoAnnotators_NeverHaveTheSameItem_ThroughAHundred()
    {
        await SettleAsync(new QueueSettings(NoAnswer: 100, ControlPercent: 0, OverlapPercent: 0));
        await AskAsync(100);
        await FillAsync();
        var held = new ConcurrentDictionary<long, string>();
        var done = new ConcurrentBag<(long Item, string By)>();

        await Task.WhenAll(WorkAsync("ann"), WorkAsync("bob"));

        Assert.Equal(100, done.Select(label => label.Item).Distinct().Count());
        Assert.Equal(100, done.Count);
        Assert.All(new[] { "ann", "bob" }, name => Assert.Contains(done, label => label.By == name));

        Task WorkAsync(string annotator) => Task.Run(async () =>
        {
            while (await _queue.TakeNextAsync(annotator, new QueueFilter(CorpusScope.All), [], Token) is { } item)
            {
                Assert.True(held.TryAdd(item, annotator), $"{annotator} was given item {item}, which {held.GetValueOrDefault(item)} has.");
                await Task.Yield();
                Assert.False((await SaveAsync(item, annotator, LabelState.Submitted)).HoldLost);
                held.TryRemove(item, out _);
                done.Add((item, annotator));
            }
        });
    }

    [Fact]
    public async Task Item_IsGivenToAnother_WhenItsHoldIsOver_AndTheDraftIsKept()
    {
        var item = await AskOneAsync();
        Assert.Equal(item, await NextAsync("ann"));
        var draft = await SaveAsync(item, "ann", LabelState.Draft, note: "half done");
        Assert.Null(await NextAsync("bob"));

        _time.Advance(TimeSpan.FromMinutes(15.1));
        Assert.Equal(item, await NextAsync("bob"));
        Assert.Null(await _queue.TakeAsync(item, "ann", CorpusScope.All, Token));
        var late = await SaveAsync(item, "ann", LabelState.Submitted, draft.Label.Revision, "done");

        Assert.True(late.HoldLost);
        var kept = (await _desk.FindAsync(item, "ann", Token))!;
        Assert.Equal((LabelState.Draft, "done"), (kept.State, kept.Note));
    }

    [Fact]
    public async Task Heartbeat_KeepsTheItem()
    {
        var item = await AskOneAsync();
        await NextAsync("ann");

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            Assert.NotNull(await _queue.TakeAsync(item, "ann", CorpusScope.All, Token));
            Assert.Null(await NextAsync("bob"));
        }
    }

    [Fact]
    public async Task Skipped_IsGivenBack_AndNotGivenAgainUntilAsked()
    {
        await AskAsync(2);
        await FillAsync();
        var first = (await NextAsync("ann"))!.Value;

        await _queue.ReleaseAsync(first, "ann", Token);
        var second = await _queue.TakeNextAsync("ann", new QueueFilter(CorpusScope.All), [first], Token);

        Assert.NotEqual(first, second);
        Assert.Equal(first, await NextAsync("bob"));
    }

    [Fact]
    public async Task OverlappingItem_IsGivenToAsManyAsItWants_AndToEachOnce()
    {
        await SettleAsync(new QueueSettings(NoAnswer: 100, ControlPercent: 0, OverlapPercent: 100, Annotators: 3));
        var item = await AskOneAsync();

        foreach (var annotator in new[] { "ann", "bob", "cid" })
        {
            Assert.Equal(item, await NextAsync(annotator));
            await SaveAsync(item, annotator, LabelState.Submitted);
            Assert.Null(await NextAsync(annotator));
        }
        Assert.Null(await NextAsync("dan"));
        Assert.True((await SaveAsync(item, "dan", LabelState.Submitted)).HoldLost);
    }

    [Fact]
    public async Task Undo_MakesADraftAgain_AndTheItemWants()
    {
        await SettleAsync(new QueueSettings(OverlapPercent: 0));
        var item = await AskOneAsync();
        await NextAsync("ann");
        var submitted = await SaveAsync(item, "ann", LabelState.Submitted, note: "first");
        Assert.Null(await NextAsync("bob"));

        var again = (await _desk.UndoAsync(item, "ann", Token))!;
        Assert.Equal((LabelState.Draft, "first", submitted.Label.Id), (again.State, again.Note, again.Id));
        var second = await SaveAsync(item, "ann", LabelState.Submitted, again.Revision, "second");

        Assert.False(second.HoldLost);
        Assert.Equal(1, await _data.Get<LabelStore>().CountAsync("rivers", cancellationToken: Token));
    }

    [Fact]
    public async Task Save_IsRefused_WhenAnotherWindowSavedSince()
    {
        var item = await AskOneAsync();
        await NextAsync("ann");
        await SaveAsync(item, "ann", LabelState.Draft, note: "one window");

        var error = await Assert.ThrowsAsync<LabelChangedException>(() => SaveAsync(item, "ann", LabelState.Draft, note: "another"));

        Assert.Contains("changed elsewhere", error.Message, StringComparison.Ordinal);
        Assert.Equal("one window", (await _desk.FindAsync(item, "ann", Token))!.Note);
    }

    [Fact]
    public async Task Flag_ComesFirst_BecomesALabel_AndWaitsAgainAfterUndo()
    {
        await AskAsync(3);
        var flagged = await AskAsync(1, answer: "Orellana");
        await FillAsync();
        await _data.Get<FlagStore>().PutAsync(new Flag { QuestionId = flagged[0], Answer = AnswerVerdict.Wrong, Note = "It was Pinzón." }, Token);
        await FillAsync();

        var item = (await NextAsync("ann"))!.Value;
        Assert.Equal((ItemSource.Flag, flagged[0]), ((await _queue.FindAsync(item, CorpusScope.All, Token))!.Source, (await _queue.FindAsync(item, CorpusScope.All, Token))!.AskedQuestionId));
        var label = (await SaveAsync(item, "ann", LabelState.Submitted)).Label;
        Assert.Equal((FlagOutcome.Labelled, label.Id), await OutcomeAsync());
        await _desk.UndoAsync(item, "ann", Token);
        Assert.Equal((null, null), await OutcomeAsync());

        async Task<(FlagOutcome?, long?)> OutcomeAsync() =>
            await _data.Get<FlagStore>().FindAsync(flagged[0], Token) is { } flag ? (flag.Outcome, flag.LabelId) : default;
    }

    [Fact]
    public async Task Sources_HaveTheirShares_AndTheLowestMarginsComeIn()
    {
        await SettleAsync(new QueueSettings(LowMargin: 75, NoAnswer: 25, ControlPercent: 0, OverlapPercent: 0, MostOpen: 40));
        await AskAsync(50);
        for (var i = 0; i < 50; i++)
            await AskAsync(1, answer: "Orellana", margin: i / 100.0);
        await AskAsync(5, answer: "clear", margin: 0.9);

        await FillAsync();

        var items = await ItemsAsync();
        var bySource = items.CountBy(item => item.Source).ToDictionary();
        Assert.Equal(26, bySource[ItemSource.LowMargin]);
        Assert.Equal(10, bySource[ItemSource.NoAnswer]);
        // One question in four of those that are given out has no answer.
        Assert.Equal(2, items.OrderBy(item => item.Place).Take(8).Count(item => item.Source == ItemSource.NoAnswer));
    }

    [Fact]
    public async Task Disagreement_IsWhatTwoModelsAnsweredDifferently()
    {
        await SettleAsync(new QueueSettings(LowMargin: 0, NoAnswer: 0, ControlPercent: 0, Disagreement: 50));
        await AskAsync(1, "Orellana", 0.9, "Who led them?");
        await AskAsync(1, "Pizarro", 0.9, "who led them", model: "better");
        await AskAsync(1, null, question: "When was it?");
        await AskAsync(1, "1541", 0.9, "When was it?", model: "better");
        await AskAsync(1, "50", 0.9, "How many came back?");
        await AskAsync(1, "50", 0.9, "How many came back?", model: "better");
        await AskAsync(1, "here", 0.9, "Where was it?");
        await AskAsync(1, "there", 0.9, "Where was it?");

        await FillAsync();

        var items = await ItemsAsync();
        Assert.All(items, item => Assert.Equal(ItemSource.Disagreement, item.Source));
        Assert.Equal(["When was it", "Who led them"], items.Select(item => item.Question.TrimEnd('?')).Select(text => char.ToUpperInvariant(text[0]) + text[1..]).Order());
    }

    [Fact]
    public async Task Controls_AreDrawnWhateverCameBack()
    {
        await SettleAsync(new QueueSettings(LowMargin: 0, NoAnswer: 0, ControlPercent: 20, MostOpen: 5000));
        await AskAsync(300);
        await AskAsync(300, answer: "clear", margin: 0.9);

        await FillAsync();

        var items = await ItemsAsync();
        Assert.All(items, item => Assert.Equal(ItemSource.Control, item.Source));
        Assert.InRange(items.Count, 80, 160);
        await FillAsync();
        Assert.Equal(items.Count, (await ItemsAsync()).Count);
    }

    [Fact]
    public async Task Item_GoesWithItsQuestion_UnlessSomebodyWorkedOnIt()
    {
        await AskAsync(2);
        await FillAsync();
        var begun = (await NextAsync("ann"))!.Value;
        await SaveAsync(begun, "ann", LabelState.Draft);

        await _data.Get<QuestionPrivacy>().DeleteAllAsync(new("eve"), Token);

        Assert.Equal(begun, Assert.Single(await ItemsAsync()).Id);
    }

    [Fact]
    public async Task Question_WaitsOnce_HoweverOftenItIsAsked()
    {
        await AskAsync(3, question: "Who led them?");
        await AskAsync(1, question: "who led them");

        await FillAsync();

        Assert.Single(await ItemsAsync());
    }

    [Fact]
    public async Task FlaggedQuestion_ComesIntoTheQueueOnce_WhenAnotherSourceWantsItToo()
    {
        var asked = await AskAsync(1);
        await _data.Get<FlagStore>().PutAsync(new Flag { QuestionId = asked[0], Answer = AnswerVerdict.Wrong }, Token);

        var added = await FillAsync();

        var item = Assert.Single(await ItemsAsync());
        Assert.Equal(1, added);
        Assert.Equal((asked[0], ItemSource.Flag), (item.AskedQuestionId!.Value, item.Source));
    }

    [Fact]
    public async Task ForgottenCorpus_LeavesNoItemAndNoLabel()
    {
        await SaveAsync(await AskOneAsync(), "ann", LabelState.Submitted);

        await _data.Get<CorpusRecords>().ForgetAsync("rivers", Token);

        await using var db = await _data.Get<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal((0, 0), (await db.AnnotationItems.CountAsync(Token), await db.Labels.CountAsync(Token)));
    }

    private Task SettleAsync(QueueSettings settings) => _data.Get<QueueSettingStore>().SetAsync(settings, Token);

    private Task<int> FillAsync() => _data.Get<QueueFilling>().FillAsync(Token);

    private Task<long?> NextAsync(string annotator) => _queue.TakeNextAsync(annotator, new QueueFilter(CorpusScope.All), [], Token);

    private async Task<long> AskOneAsync()
    {
        await AskAsync(1);
        await FillAsync();
        return Assert.Single(await ItemsAsync()).Id;
    }

    private async Task<List<AnnotationItem>> ItemsAsync()
    {
        await using var db = await _data.Get<IDbContextFactory<RealmDbContext>>().CreateDbContextAsync(Token);
        return await db.AnnotationItems.AsNoTracking().ToListAsync(Token);
    }

    private async Task<SavedLabel> SaveAsync(long item, string by, LabelState state, int revision = 0, string? note = null) =>
        (await _desk.SaveAsync(new Label { ItemId = item, By = by, State = state, NoAnswer = true, Note = note }, revision, Token))!;

    /// <param name="answer">Null for none.</param>
    private async Task<List<Guid>> AskAsync(int count, string? answer = null, double margin = 0.1, string? question = null, string model = "m")
    {
        var block = _rivers.Blocks.Enumerate().First();
        var asked = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).Select(id => new AskedQuestion
        {
            Id = id, Corpus = "rivers", Question = question ?? $"Question {id}?", Answer = answer, NoAnswer = answer is null, Model = model, Generation = "",
            AskedBy = "eve", AskedAt = _time.GetUtcNow(),
            Candidates = [new AskedCandidate { Text = "a", Score = 0.5 }, new AskedCandidate { Text = "b", Score = 0.5 - margin }],
            Passages = [new AskedPassage { Rank = 1, DocumentId = block.DocumentId, BlockId = block.BlockId, SpanStart = 0, SpanEnd = 8 }],
        }).ToList();
        await _data.Get<QuestionStore>().AddAsync(asked, Token);
        return asked.ConvertAll(one => one.Id);
    }

    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
