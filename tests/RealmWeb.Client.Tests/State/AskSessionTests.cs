using System.Threading.Channels;
using RealmWeb.Client.Services;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.State;

public sealed class AskSessionTests : IAsyncLifetime
{
    private static readonly EvidencePassage Passage = new(1, "b1", 1, "Orne", "The mill stands by the Orne.", 0, 23, 27, 1, 0.9, 0.8, 0.72);

    private ScriptedSite _site = null!;
    private AskConnection _connection = null!;
    private AskSession _session = null!;
    private Changes _changes = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _connection = new(new Uri(_site.Address, HubRoutes.Ask));
        _session = new(_site.Api(), _connection);
        _changes = new(_session.OnChange);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _connection.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Ask_GoesThroughItsPhases_AsUpdatesArrive()
    {
        var asking = _session.AskAsync("Which river?", "handbook");
        var (request, answer, _) = await NextAsync();
        Assert.Equal((AskPhase.Searching, "Which river?", "handbook"), (_session.Phase, request.Question, request.Corpus));

        answer.TryWrite(new(new AskProgress(AskStage.Encoding, 0, 1), null, null));
        answer.TryWrite(new(null, [Passage], null));
        await _changes.UntilAsync(() => _session.Phase == AskPhase.Reading);
        Assert.Equal((1, "b1"), (_session.Stages.Count, _session.Evidence[0].BlockId));

        End(answer, new(null, null, Answered("Orne")));
        await asking;

        Assert.Equal((AskPhase.Answered, "Orne", false), (_session.Phase, _session.Response!.Answer, _session.Busy));
    }

    [Fact]
    public async Task Stop_EndsTheServersWork_AndKeepsWhatArrived()
    {
        var asking = _session.AskAsync("Which river?", "handbook");
        var (_, answer, stopped) = await NextAsync();
        answer.TryWrite(new(null, [Passage], null));
        await _changes.UntilAsync(() => _session.Phase == AskPhase.Reading);

        await _session.StopAsync();
        await asking;

        Assert.Equal((AskPhase.Stopped, 1), (_session.Phase, _session.Evidence.Count));
        await Task.Delay(Timeout.Infinite, stopped).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Ask_DropsTheAnswerBefore_WhenAnotherQuestionFollows()
    {
        var first = _session.AskAsync("First?", "handbook");
        var (_, late, _) = await NextAsync();
        var second = _session.AskAsync("Second?", "handbook");
        var (_, answer, _) = await NextAsync();

        End(late, new(null, null, Answered("late")));
        End(answer, new(null, null, Answered("right")));
        await Task.WhenAll(first, second);

        Assert.Equal(("Second?", "right", AskPhase.Answered), (_session.Question, _session.Response!.Answer, _session.Phase));
    }

    [Fact]
    public async Task Ask_Fails_WhenTheStreamEndsBeforeTheAnswer()
    {
        var asking = _session.AskAsync("Which river?", "handbook");
        var (_, answer, _) = await NextAsync();

        End(answer, new(new AskProgress(AskStage.Encoding, 0, 1), null, null));
        await asking;

        Assert.Equal((AskPhase.Failed, "The server ended the answer early. Ask again."), (_session.Phase, _session.Failure!.Message));
    }

    [Fact]
    public async Task Ask_ShowsTheServersReason_WhenItCannotAnswer()
    {
        var asking = _session.AskAsync("Which river?", "handbook");
        var (_, answer, _) = await NextAsync();

        End(answer, new(null, null, null, new AskFailure("Too many questions.", "trace-1", 12)));
        await asking;

        Assert.Equal((AskPhase.Failed, "trace-1", 12.0), (_session.Phase, _session.Failure!.TraceId, _session.Failure.RetryAfterSeconds));
    }

    [Fact]
    public async Task Ask_SaysThatTheConnectionWasLost_WhenItIsCutInTheMiddle()
    {
        var asking = _session.AskAsync("Which river?", "handbook");
        await NextAsync();

        _site.Cut();
        await asking;

        Assert.Equal(AskPhase.Failed, _session.Phase);
        Assert.StartsWith("The connection was lost", _session.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadInfo_KeepsTheCorpusChosenLast_WhenRepliesCross()
    {
        var slow = new TaskCompletionSource<AskInfo>();
        _site.Infos["slow"] = slow.Task;
        _site.Infos["fast"] = Task.FromResult(Info("fast"));

        var first = _session.LoadInfoAsync("slow");
        await _session.LoadInfoAsync("fast");
        slow.SetResult(Info("slow"));
        await first;

        Assert.Equal("fast", _session.Info!.Corpus);
    }

    [Fact]
    public async Task IndexSwitched_LoadsTheCorpusAgain_OnlyWhereItIsTheOneShown()
    {
        _site.Infos["handbook"] = Task.FromResult(Info("handbook"));
        await _session.LoadInfoAsync("handbook");
        await _connection.Link.StartAsync();
        _site.Infos["handbook"] = Task.FromResult(Info("handbook") with { AnswersFrom = "g2" });
        _site.Infos["other"] = Task.FromResult(Info("other"));

        await _site.Askers.Clients.All.IndexSwitched("other", "g9");
        await _site.Askers.Clients.All.IndexSwitched("handbook", "g2");
        await _changes.UntilAsync(() => _session.Info!.AnswersFrom == "g2");

        Assert.Equal("handbook", _session.Info!.Corpus);
    }

    private static AskResponse Answered(string answer) =>
        new("Which river?", "handbook", answer, false, 0.7, 0.1, [], [Passage], new(1, 1, 1, 3), "tiny", "g1");

    private static AskInfo Info(string corpus) => new(corpus, corpus, 1, 1, "g1", false, "tiny", false, []);

    private static void End(ChannelWriter<AskUpdate> answer, AskUpdate last)
    {
        answer.TryWrite(last);
        answer.Complete();
    }

    private async Task<(AskRequest Request, ChannelWriter<AskUpdate> Answer, CancellationToken Stopped)> NextAsync() =>
        await _site.Asked.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
