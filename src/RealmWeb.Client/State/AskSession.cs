using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Client.Services;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.State;

/// <summary>Where a question is.</summary>
public enum AskPhase
{
    Idle,

    /// <summary>Sent; nothing but stages came back.</summary>
    Searching,

    /// <summary>The passages are there; the answer is being read.</summary>
    Reading,
    Answered,
    Stopped,
    Failed,
}

/// <summary>The question on the page and what has come back for it. The only writer of both.</summary>
public sealed class AskSession : IAskClient, IDisposable
{
    private readonly ChangeSignal _changed = new();
    private readonly RealmApi _api;
    private readonly AskConnection _connection;
    private CancellationTokenSource? _asking;

    public AskSession(RealmApi api, AskConnection connection)
    {
        _api = api;
        _connection = connection;
        connection.Listen(this);
    }

    public AskPhase Phase { get; private set; }

    public string Question { get; private set; } = "";

    public string Corpus { get; private set; } = "";

    /// <summary>Stages that began, in their order.</summary>
    public IReadOnlyList<AskProgress> Stages { get; private set; } = [];

    public IReadOnlyList<EvidencePassage> Evidence { get; private set; } = [];

    public AskResponse? Response { get; private set; }

    public AskFailure? Failure { get; private set; }

    /// <summary>What the corpus is and what to ask it; null until loaded.</summary>
    public AskInfo? Info { get; private set; }

    public Problem? InfoProblem { get; private set; }

    public bool Busy => Phase is AskPhase.Searching or AskPhase.Reading;

    public IDisposable OnChange(EventCallback callback) => _changed.Subscribe(callback);

    public async Task LoadInfoAsync(string corpus)
    {
        if (Info is not null && Corpus != corpus) Info = null;
        Corpus = corpus;
        var reply = await _api.AskInfoAsync(corpus);
        // Another corpus may have been chosen while this one was on its way.
        if (Corpus != corpus) return;
        (Info, InfoProblem) = reply;
        await _changed.RaiseAsync();
    }

    public async Task AskAsync(string question, string corpus)
    {
        await CancelAsync();
        var asking = _asking = new CancellationTokenSource();
        (Question, Corpus, Phase) = (question, corpus, AskPhase.Searching);
        (Stages, Evidence, Response, Failure) = ([], [], null, null);
        await _changed.RaiseAsync();

        var outcome = await StreamAsync(new AskRequest(question, corpus), asking);

        if (_asking != asking) return;
        if (outcome is not null) (Phase, Failure) = (AskPhase.Failed, outcome);
        await _changed.RaiseAsync();
    }

    /// <summary>Stops the answer at the server and keeps what has arrived.</summary>
    public async Task StopAsync()
    {
        if (!Busy) return;
        await CancelAsync();
        Phase = AskPhase.Stopped;
        await _changed.RaiseAsync();
    }

    /// <summary>Back to the first visit.</summary>
    public async Task ClearAsync()
    {
        await CancelAsync();
        (Question, Phase) = ("", AskPhase.Idle);
        (Stages, Evidence, Response, Failure) = ([], [], null, null);
        await _changed.RaiseAsync();
    }

    public Task IndexSwitched(string corpus, string generation) =>
        Info?.Corpus == corpus ? LoadInfoAsync(Corpus) : Task.CompletedTask;

    public void Dispose() => _asking?.Dispose();

    private async Task CancelAsync()
    {
        if (_asking is not { } asking) return;
        _asking = null;
        await asking.CancelAsync();
        asking.Dispose();
    }

    private async Task<AskFailure?> StreamAsync(AskRequest request, CancellationTokenSource asking)
    {
        try
        {
            if (await _connection.Link.StartAsync() is { } problem) return new(problem.Message, "");
            await foreach (var update in _connection.AskAsync(request, asking.Token))
            {
                if (_asking != asking) return null;
                Apply(update);
                await _changed.RaiseAsync();
            }

            return Busy ? new("The server ended the answer early. Ask again.", "") : null;
        }
        catch (HubException refusal)
        {
            return new(HubLink.Message(refusal), "");
        }
        catch (Exception failure) when (HubLink.IsLoss(failure))
        {
            return new("The connection was lost before the answer was complete. Ask again when it is back.", "");
        }
    }

    private void Apply(AskUpdate update)
    {
        if (update.Stage is { } stage) Stages = [.. Stages, stage];
        if (update.Evidence is { } evidence) (Evidence, Phase) = (evidence, AskPhase.Reading);
        if (update.Answer is { } answer) (Response, Evidence, Phase) = (answer, answer.Evidence, AskPhase.Answered);
        if (update.Failure is { } failure) (Failure, Phase) = (failure, AskPhase.Failed);
    }
}
