using Microsoft.Extensions.Options;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>Deletes kept questions whose days are over, at the start and every hour.</summary>
internal sealed partial class QuestionSweep(
    QuestionPrivacy questions, IOptions<RealmWebOptions> options, TimeProvider time, ILogger<QuestionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                var deleted = await questions.SweepAsync(time.GetUtcNow().AddDays(-options.Value.QuestionDays), stoppingToken);
                if (deleted > 0)
                    LogSwept(deleted, options.Value.QuestionDays);
            }
            catch (System.Data.Common.DbException busyOrFull)
            {
                // The next hour tries again; answering goes on meanwhile.
                LogFailed(busyOrFull);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 5203, Level = LogLevel.Information,
        Message = "{Deleted} kept questions were deleted: older than {Days} days, or of deleted accounts")]
    private partial void LogSwept(int deleted, int days);

    [LoggerMessage(EventId = 5204, Level = LogLevel.Warning, Message = "Kept questions whose days are over could not be deleted; they will be in an hour")]
    private partial void LogFailed(Exception exception);
}
