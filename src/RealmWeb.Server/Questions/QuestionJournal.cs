using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Questions;

namespace RealmWeb.Server.Questions;

/// <summary>Keeps questions beside the answering: an answer waits for no disk, and fails with none.</summary>
internal sealed partial class QuestionJournal(QuestionStore questions, ILogger<QuestionJournal> logger) : BackgroundService
{
    private const int MostWaiting = 1024;
    private const int MostAtOnce = 64;

    private readonly Channel<Entry> _waiting = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Takes a question in and returns at once. Where too many wait it is let go, and the log says so.</summary>
    public void Keep(AskedQuestion question)
    {
        if (!_waiting.Writer.TryWrite(new Entry(question, null)))
            LogLetGo(question.Id);
    }

    /// <summary>Waits until everything taken in before is kept, or could not be.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _waiting.Writer.WriteAsync(new Entry(null, settled), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The site stops; what was taken in is being kept.
            return;
        }
        await settled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends when everything taken in is kept.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } keeping)
            await keeping.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    // Not by the token: what waits at the stop is kept first.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var entries = new List<Entry>();
            while (entries.Count < MostAtOnce && _waiting.Reader.TryRead(out var entry))
                entries.Add(entry);
            await KeepAsync([.. entries.Select(entry => entry.Question).OfType<AskedQuestion>()]);
            foreach (var entry in entries)
                entry.Settled?.TrySetResult();
        }
    }

    private async Task KeepAsync(List<AskedQuestion> asked)
    {
        if (asked.Count == 0)
            return;
        try
        {
            await questions.AddAsync(asked, CancellationToken.None);
        }
        catch (Exception failure) when (failure is DbUpdateException or DbException)
        {
            if (asked is [var one])
            {
                LogNotKept(failure, one.Id);
                return;
            }
            // One that cannot be kept must not take the others with it.
            foreach (var single in asked)
                await KeepAsync([single]);
        }
    }

    private sealed record Entry(AskedQuestion? Question, TaskCompletionSource? Settled);

    [LoggerMessage(EventId = 5211, Level = LogLevel.Warning, Message = "The question of answer {AnswerId} could not be kept; answering goes on")]
    private partial void LogNotKept(Exception failure, Guid answerId);

    [LoggerMessage(EventId = 5212, Level = LogLevel.Warning, Message = "The question of answer {AnswerId} is not kept: too many wait for the disk")]
    private partial void LogLetGo(Guid answerId);
}
