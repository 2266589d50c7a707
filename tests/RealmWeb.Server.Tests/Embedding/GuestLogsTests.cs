using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RealmWeb.Server.Embedding;

namespace RealmWeb.Server.Tests.Embedding;

/// <summary>What of the site's reaches the log of the application around.</summary>
public sealed class GuestLogsTests
{
    [Theory]
    [InlineData("RealmWeb.Jobs.Runs.RunExecutor", null, true)]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Command", null, false)]
    [InlineData("Hangfire.BackgroundJobServer", null, false)]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Command", "Default", false)]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Command", "Microsoft.EntityFrameworkCore", true)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore", false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Hosting.Diagnostics", true)]
    public void News_OfAFramework_IsToldWhereTheApplicationNamesIt(string category, string? named, bool told)
    {
        var lines = new Lines();
        using var host = LoggerFactory.Create(logging => logging.AddProvider(lines));
        using var logs = new GuestLogs(
            host, new ConfigurationBuilder().AddInMemoryCollection([new($"Logging:LogLevel:{named ?? "Other"}", "Information")]).Build());
        var logger = logs.CreateLogger(category);

        logger.Log(LogLevel.Information, default, "news", null, (state, _) => state);
        logger.Log(LogLevel.Warning, default, "warning", null, (state, _) => state);

        Assert.Equal(told ? ["news", "warning"] : ["warning"], lines.All);
        Assert.Equal(told, logger.IsEnabled(LogLevel.Information));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
