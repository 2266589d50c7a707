using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace RealmWeb.Server.Hosting;

/// <summary>How often one account, or one address, may ask, read documents, flag answers and try to sign in. REST and hubs draw from the same bucket.</summary>
internal sealed class RateLimits(IOptions<RealmWebOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _asks = PerMinute(options.Value.AsksPerMinute);
    private readonly PartitionedRateLimiter<string> _documents = PerMinute(options.Value.DocumentsPerMinute);
    private readonly PartitionedRateLimiter<string> _flags = PerMinute(options.Value.FlagsPerMinute);
    private readonly PartitionedRateLimiter<string> _signIns = PerMinute(options.Value.SignInsPerMinute);

    /// <returns>Null when the question may pass; else how long to wait.</returns>
    public TimeSpan? Ask(HttpContext? context, ClaimsPrincipal? user) => Take(_asks, Who(context, user));

    /// <returns>Null when the document may be read; else how long to wait.</returns>
    public TimeSpan? Document(HttpContext context) => Take(_documents, Who(context, context.User));

    /// <returns>Null when the flag may pass; else how long to wait.</returns>
    public TimeSpan? Flag(HttpContext context) => Take(_flags, Who(context, context.User));

    /// <returns>Null when the try may pass; else how long to wait.</returns>
    public TimeSpan? SignIn(HttpContext context) => Take(_signIns, Address(context));

    public void Dispose()
    {
        _asks.Dispose();
        _documents.Dispose();
        _flags.Dispose();
        _signIns.Dispose();
    }

    private static string Who(HttpContext? context, ClaimsPrincipal? user) => user?.Identity?.Name ?? Address(context);

    public static string Address(HttpContext? context) => context?.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static TimeSpan? Take(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(10);
    }

    // A quarter of a minute's share, or one, comes back as soon as that much of the minute has passed, so that a burst is not punished for a whole minute.
    public static TokenBucketRateLimiterOptions Bucket(int permits)
    {
        var share = Math.Max(1, permits / 4);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits,
            TokensPerPeriod = share,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) * share / permits,
            QueueLimit = 0,
        };
    }

    private static PartitionedRateLimiter<string> PerMinute(int permits) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => Bucket(permits)));
}

/// <summary>Puts a limit on endpoints; a refusal says how many seconds to wait.</summary>
internal static class RateLimitFilters
{
    public static TBuilder LimitAsks<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((call, next) => Pass(call, next, Limits(call).Ask(call.HttpContext, call.HttpContext.User)));

    /// <summary>Documents have consecutive numbers: without a limit a stranger copies a corpus as fast as the disk reads.</summary>
    public static TBuilder LimitDocuments<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((call, next) => Pass(call, next, Limits(call).Document(call.HttpContext)));

    public static TBuilder LimitFlags<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((call, next) => Pass(call, next, Limits(call).Flag(call.HttpContext)));

    public static TBuilder LimitSignIns<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((call, next) => Pass(call, next, Limits(call).SignIn(call.HttpContext)));

    public static string Sentence(TimeSpan wait) =>
        $"Too many requests. Wait {Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))} seconds, then try again.";

    private static RateLimits Limits(EndpointFilterInvocationContext call) => call.HttpContext.RequestServices.GetRequiredService<RateLimits>();

    private static ValueTask<object?> Pass(EndpointFilterInvocationContext call, EndpointFilterDelegate next, TimeSpan? wait)
    {
        if (wait is not { } time)
            return next(call);
        call.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult<object?>(Problems.Create(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests", Sentence(time)));
    }
}
