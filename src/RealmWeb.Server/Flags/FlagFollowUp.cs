using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Flags;

/// <summary>Asks the questions of labelled flags again once a corpus answers with another model, so that who flagged them learns whether it helped.</summary>
internal sealed partial class FlagFollowUp(
    FlagStore flags, FlagNews news, CorpusLibrary corpora, AskableCorpora askable, CorpusAnswerer answerer, TimeProvider time, ILogger<FlagFollowUp> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    // Askers come first: few at once, the others at the next look.
    private const int MostAtOnce = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException || AskError.Of(failure) is not null)
            {
                // The next look tries again.
                LogFailed(failure);
            }
        }
    }

    /// <summary>Asks what waits to be asked again.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var corpus in corpora.Names())
        {
            if (askable.IndexOf(corpus).Model is not { } model)
                continue;
            foreach (var flag in await flags.ToAskAgainAsync(corpus, model, MostAtOnce, cancellationToken))
            {
                await foreach (var update in answerer.AskAsync(new AskRequest(flag.Question, corpus), cancellationToken))
                {
                    // While the index is switched another model may have answered: the next look asks again.
                    if (update.Answer is { } answer && answer.Model == model)
                    {
                        await flags.LearnedAsync(flag.LabelId, model, Finds(flag, answer), cancellationToken);
                        await news.ChangedAsync(flag.Answer, cancellationToken);
                    }
                }
            }
        }
    }

    private static bool Finds(LabelledFlag flag, AskResponse answer) =>
        flag.NoAnswer ? answer.NoAnswer : !answer.NoAnswer && answer.Evidence is [var first, ..] && flag.Blocks.Contains(first.BlockId);

    [LoggerMessage(EventId = 5221, Level = LogLevel.Warning, Message = "Flagged questions could not be asked again; they will be in five minutes")]
    private partial void LogFailed(Exception exception);
}
