namespace RealmWeb.Server.Embedding;

/// <summary>The application's log, to which the frameworks of the site tell warnings alone, as in the program of its own: an application without settings for
/// them would else be told every statement for the database, and the addresses of requests, in which questions may stand.</summary>
internal sealed class GuestLogs(ILoggerFactory host, IConfiguration configuration) : ILoggerFactory
{
    // The application writes it of the same requests.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = host.CreateLogger(categoryName);
        return IsFrameworks(categoryName) && !IsNamed(categoryName) ? new Warnings(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => host.AddProvider(provider);

    // It is the application's.
    public void Dispose()
    {
    }

    private static bool IsFrameworks(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("Hangfire", StringComparison.Ordinal);

    private bool IsNamed(string category) => configuration.GetSection("Logging:LogLevel").GetChildren().Select(level => level.Key).Any(
        named => category == Requests
            ? named.Equals(Requests, StringComparison.OrdinalIgnoreCase) : category.StartsWith(named, StringComparison.OrdinalIgnoreCase));

    private sealed class Warnings(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
