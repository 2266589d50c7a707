using Hangfire;
using Microsoft.Extensions.Hosting;

namespace RealmWeb.Jobs.Schedules;

/// <summary>Has Hangfire ring every minute. Its memory is lost with each process, so this is said anew at every start; and the first ring comes at once,
/// for what was due while the site was down.</summary>
internal sealed class ScheduleBell(IRecurringJobManager recurring, IBackgroundJobClient jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        recurring.AddOrUpdate<ScheduleTrigger>(ScheduleTrigger.JobId, trigger => trigger.FireDueAsync(CancellationToken.None), Cron.Minutely);
        jobs.Enqueue<ScheduleTrigger>(trigger => trigger.FireDueAsync(CancellationToken.None));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
