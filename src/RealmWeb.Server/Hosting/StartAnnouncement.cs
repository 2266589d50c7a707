using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Accounts;
using RealmWeb.Server.Accounts;

namespace RealmWeb.Server.Hosting;

/// <summary>Says in the log where the site is and, while there is no admin, which code makes one.</summary>
internal sealed partial class StartAnnouncement(
    IServer server, IServiceScopeFactory scopes, SetupCode code, IOptions<RealmWebOptions> options, ILogger<StartAnnouncement> logger) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Inside another application the addresses are that one's.
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        if (address.Length > 0)
            LogListening(address);
        await using var scope = scopes.CreateAsyncScope();
        if (options.Value.HostRoles is null && !await scope.ServiceProvider.GetRequiredService<AccountStore>().HasAdminAsync(cancellationToken))
            LogSetup(address, code.Value);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "RealmWeb listens on {Address}")]
    private partial void LogListening(string address);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning,
        Message = "No admin exists yet. Open {Address}/setup and enter the one-time code {Code}")]
    private partial void LogSetup(string address, string code);
}
