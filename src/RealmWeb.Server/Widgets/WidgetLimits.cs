using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Data.Widgets;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Widgets;

/// <summary>How often a widget may be asked, by all its visitors together.</summary>
internal sealed class WidgetLimits(WidgetStore widgets, TimeProvider time) : IDisposable
{
    // The bucket of a number that was changed is idle from then on, and let go.
    private readonly PartitionedRateLimiter<Widget> _minutes = PartitionedRateLimiter.Create<Widget, string>(widget =>
        RateLimitPartition.GetTokenBucketLimiter($"{widget.Id} {widget.AsksPerMinute}", _ => RateLimits.Bucket(widget.AsksPerMinute)));

    /// <returns>Null when the question may pass; else why not, with the seconds to wait in a header.</returns>
    public async Task<ProblemHttpResult?> RefuseAsync(Widget widget, HttpContext context)
    {
        using (var lease = _minutes.AttemptAcquire(widget))
        {
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : TimeSpan.FromSeconds(10);
                return Refused(context, wait, "too-many-requests", RateLimitFilters.Sentence(wait));
            }
        }
        var now = time.GetUtcNow();
        if (await widgets.TryCountAsync(widget, Day(now), context.RequestAborted))
            return null;
        return Refused(context, now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime, "day-is-full",
            $"All {widget.AsksPerDay.ToString("N0", CultureInfo.InvariantCulture)} questions of today are used up. Come back tomorrow (UTC).");
    }

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    public void Dispose() => _minutes.Dispose();

    private static ProblemHttpResult Refused(HttpContext context, TimeSpan wait, string slug, string sentence)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problems.Create(StatusCodes.Status429TooManyRequests, slug, "Too many questions", sentence);
    }
}
