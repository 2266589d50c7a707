using System.Net;
using Microsoft.Extensions.Primitives;

namespace RealmWeb.Server.Hosting;

/// <summary>Answers only under names that are this site's. A stranger's page whose name is pointed at this machine (DNS rebinding) would else be
/// of the same origin as the site. The key AllowedHosts names the hosts, separated by semicolons, "*" for any. Without it the site answers under
/// what no stranger can own: IP addresses and names without a dot; and under the names that it listens on.</summary>
internal sealed partial class HostGuard(RequestDelegate next, IConfiguration configuration, ILogger<HostGuard> logger)
{
    private readonly List<StringSegment> _allowed = [.. Split(configuration["AllowedHosts"]).Select(name => new StringSegment(name))];
    private readonly List<StringSegment> _listening = [.. Split(configuration["urls"]).Select(NameIn).OfType<string>().Select(name => new StringSegment(name))];
    private int _told;

    public Task InvokeAsync(HttpContext context, IProblemDetailsService problems)
    {
        var host = context.Request.Host.Host;
        if (IsOurs(host))
            return next(context);
        // Once: whoever set the proxy up reads the log, a stranger could fill it.
        if (Interlocked.Exchange(ref _told, 1) == 0)
            LogRefused(host);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = StatusCodes.Status400BadRequest,
                Type = Problems.TypeOf("unknown-host"),
                Title = "Unknown host",
                Detail = $"This site does not answer under the name \"{host}\". If that is one of its names, add it to the setting AllowedHosts "
                    + "and start the site again.",
            },
        }).AsTask();
    }

    private bool IsOurs(string host)
    {
        // Only HTTP/1.0 comes without a name, and no browser speaks that.
        if (host.Length == 0)
            return true;
        if (_allowed.Count > 0)
            return HostString.MatchesAny(host, _allowed);
        return !host.TrimEnd('.').Contains('.', StringComparison.Ordinal)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host.Trim('[', ']'), out _)
            || HostString.MatchesAny(host, _listening);
    }

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // "http://*:80" and "http://+:80" name no host.
    private static string? NameIn(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Host : null;

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning,
        Message = "A request for the host {Host} was refused; further ones are not logged. If that is a name of this site, add it to the setting AllowedHosts")]
    private partial void LogRefused(string host);
}
