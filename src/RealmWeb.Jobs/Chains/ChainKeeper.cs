using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>Takes chains on: starts the run of the next link, lets the gate judge when the last one is done, and promotes what was decided. Everything is
/// decided from the tables, so that a kill at any place costs nothing: a link is claimed before its run is started, and the run is known by the link.</summary>
internal sealed partial class ChainKeeper : BackgroundService
{
    private readonly ChainStore _chains;
    private readonly RunStore _runs;
    private readonly RunLauncher _launcher;
    private readonly RunEnds _ends;
    private readonly ChainReader _reader;
    private readonly GateReports _reports;
    private readonly CandidatePromotion _promotion;
    private readonly IChainPublisher _publisher;
    private readonly RealmJobsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ChainKeeper> _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _news = new(0, 1);

    public ChainKeeper(
        ChainStore chains, RunStore runs, RunLauncher launcher, RunEnds ends, ChainReader reader, GateReports reports, CandidatePromotion promotion,
        IChainPublisher publisher, IOptions<RealmJobsOptions> options, TimeProvider time, ILogger<ChainKeeper> logger)
    {
        (_chains, _runs, _launcher, _ends, _reader, _reports, _promotion) = (chains, runs, launcher, ends, reader, reports, promotion);
        (_publisher, _options, _time, _logger) = (publisher, options.Value, time, logger);
    }

    /// <summary>Name of the request for a link's run: asked for twice, before and after a kill, there is one run.</summary>
    internal static string RequestKeyOf(ChainLink link) => $"chain:{link.ChainId:N}:{link.Number}:{link.Attempt}";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ends.Ended += Wake;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ends.Ended -= Wake;
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Looks after the chains soon.</summary>
    public void Wake() => Wake(Guid.Empty);

    /// <summary>Takes every chain as far as it goes now.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var chain in await _chains.ListOpenAsync(cancellationToken))
                await AdvanceAsync(chain.Id, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Tells those who watch how a chain is.</summary>
    public async Task PublishAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            if (await _reader.FindAsync(id, cancellationToken) is { } chain)
                await _publisher.ChainChangedAsync(chain, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Who could not be told looks again.
            LogNotTold(id, failure);
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await AdvanceAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A full disk, a locked file: the next look is soon.
                LogFailed(failure);
            }
            await _news.WaitAsync(_options.ReconcileInterval, stoppingToken);
        }
    }

    private void Wake(Guid runId)
    {
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private async Task AdvanceAsync(Guid id, CancellationToken cancellationToken)
    {
        while (await _chains.FindAsync(id, cancellationToken) is { } chain && await StepAsync(chain, cancellationToken))
            await PublishAsync(id, cancellationToken);
    }

    /// <returns>Whether something changed, so that there may be more to do.</returns>
    private async Task<bool> StepAsync(Chain chain, CancellationToken cancellationToken)
    {
        try
        {
            if (chain.Links.Find(link => link is { State: ChainLinkState.Launched, RunId: null }) is { } launched)
                return await LaunchAsync(chain, launched, cancellationToken);
            return chain.State switch
            {
                ChainState.Running => await StepOfRunningAsync(chain, cancellationToken),
                ChainState.Promoting => await PromoteAsync(chain, cancellationToken),
                _ => false,
            };
        }
        catch (Exception failure) when (failure is RunFailedException or ArgumentException or CorpusNotFoundException or ModelNotFoundException
            or QuestionSetNotFoundException)
        {
            LogStopped(chain.Id, failure.Message);
            return chain.State == ChainState.Promoting
                ? await _chains.TryTransitionAsync(chain.Id, [ChainState.Promoting], ChainState.Waiting, set => set.SetProperty(
                    row => row.Error, failure.Message), cancellationToken)
                : await FailAsync(chain, failure.Message, cancellationToken);
        }
    }

    private async Task<bool> StepOfRunningAsync(Chain chain, CancellationToken cancellationToken)
    {
        if (chain.Links.Find(link => link.State != ChainLinkState.Done) is not { } link)
            return await JudgeAsync(chain, cancellationToken);
        if (link.State == ChainLinkState.Pending)
            return await _chains.TryClaimAsync(link, cancellationToken);
        var run = await _runs.FindAsync(link.RunId!.Value, cancellationToken);
        return run?.State switch
        {
            RunState.Succeeded or RunState.CompletedWithErrors => await _chains.TryFinishAsync(link, cancellationToken),
            RunState.Cancelled => await _chains.TryTransitionAsync(chain.Id, [ChainState.Running], ChainState.Cancelled, cancellationToken: cancellationToken),
            RunState.Failed => await FailAsync(chain, $"{RunKinds.Of(run.Kind).Name} failed: {run.Error}", cancellationToken),
            null => await FailAsync(chain, $"Run {link.RunId} is gone.", cancellationToken),
            _ => false,
        };
    }

    private async Task<bool> LaunchAsync(Chain chain, ChainLink link, CancellationToken cancellationToken)
    {
        // Looked for first: of a run that is there already a second would be refused, as its model's name is taken.
        var key = RequestKeyOf(link);
        var run = (await _runs.FindByRequestAsync(key, cancellationToken))?.Id
            ?? (chain.State == ChainState.Running
                ? (await _launcher.LaunchAsync(ChainParameters.Of(chain).RunOf(chain, link), chain.StartedBy, key, cancellationToken)).Id
                : null);
        if (run is not { } started)
            return await _chains.TryReopenAsync(link, cancellationToken);
        LogLaunched(chain.Id, link.Number, link.Kind, started);
        await _chains.SetRunAsync(link, started, cancellationToken);
        // Cancelled while the run was being started: who cancelled could not know of it.
        if ((await _chains.FindAsync(chain.Id, cancellationToken))?.State != ChainState.Running)
            await _launcher.CancelAsync(started, cancellationToken);
        return true;
    }

    private async Task<bool> JudgeAsync(Chain chain, CancellationToken cancellationToken)
    {
        var report = _reports.Judge(chain);
        var json = JsonSerializer.Serialize(report);
        LogJudged(chain.Id, report.Green);
        if (!await _chains.TryTransitionAsync(chain.Id, [ChainState.Running], ChainState.Waiting, set => set
            .SetProperty(row => row.ReportJson, json).SetProperty(row => row.Green, report.Green), cancellationToken))
            return false;
        if (report.Green && ChainParameters.Of(chain).PromotesWhenGreen)
            await DecideAsync(chain.Id, ChainState.Promoting, chain.StartedBy, "The gate is green.", cancellationToken);
        return true;
    }

    /// <summary>Writes a decision down; somebody may have been faster.</summary>
    internal Task<bool> DecideAsync(Guid id, ChainState to, string by, string reason, CancellationToken cancellationToken) =>
        _chains.TryTransitionAsync(
            id, to == ChainState.Promoting ? [ChainState.Waiting] : [ChainState.Waiting, .. ChainTransitions.Resumable], to,
            set => set.SetProperty(row => row.DecidedBy, by).SetProperty(row => row.Reason, reason).SetProperty(row => row.Error, (string?)null),
            cancellationToken);

    private async Task<bool> PromoteAsync(Chain chain, CancellationToken cancellationToken)
    {
        await _promotion.PromoteAsync(chain, cancellationToken);
        LogPromoted(chain.Id, chain.Candidate, chain.DecidedBy);
        return await _chains.TryTransitionAsync(chain.Id, [ChainState.Promoting], ChainState.Promoted, cancellationToken: cancellationToken);
    }

    private Task<bool> FailAsync(Chain chain, string reason, CancellationToken cancellationToken) => _chains.TryTransitionAsync(
        chain.Id, [ChainState.Running], ChainState.Failed, set => set.SetProperty(row => row.Error, reason), cancellationToken);

    [LoggerMessage(EventId = 4401, Level = LogLevel.Information, Message = "Chain {ChainId}: link {Number}, {Kind}, is run {RunId}")]
    private partial void LogLaunched(Guid chainId, int number, ChainLinkKind kind, Guid runId);

    [LoggerMessage(EventId = 4402, Level = LogLevel.Information, Message = "Chain {ChainId}: the gate has judged, green: {Green}")]
    private partial void LogJudged(Guid chainId, bool green);

    [LoggerMessage(EventId = 4403, Level = LogLevel.Information, Message = "Chain {ChainId}: {Model} is promoted by {By}")]
    private partial void LogPromoted(Guid chainId, string model, string? by);

    [LoggerMessage(EventId = 4404, Level = LogLevel.Warning, Message = "Chain {ChainId} stops: {Reason}")]
    private partial void LogStopped(Guid chainId, string reason);

    [LoggerMessage(EventId = 4405, Level = LogLevel.Error, Message = "Looking after the chains failed")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(EventId = 4406, Level = LogLevel.Warning, Message = "A change of chain {ChainId} could not be told to those who watch")]
    private partial void LogNotTold(Guid chainId, Exception failure);
}
