using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>The real site on a free port with a data folder of its own: Kestrel, SQLite files and Hangfire's workers as in production.</summary>
public sealed partial class Site : IAsyncDisposable
{
    public const string AdminName = "ada";
    public const string Password = "correct horse battery";

    private readonly WebApplication _app;
    private readonly LogLines _log;
    private readonly bool _ownsFolder;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private CookieContainer? _admin;

    private Site(WebApplication app, LogLines log, string folder, bool ownsFolder) =>
        (_app, _log, DataFolder, _ownsFolder) = (app, log, folder, ownsFolder);

    public string DataFolder { get; }

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    public IEnumerable<string> Log => _log.Lines;

    public string SetupCode => CodePattern().Match(string.Join('\n', Log)).Groups[1].Value;

    /// <param name="dataFolder">Left behind when given; else a folder is made and removed.</param>
    /// <param name="settings">Further settings, "Realm:Name=value".</param>
    public static async Task<Site> StartAsync(string? dataFolder = null, params string[] settings)
    {
        var folder = dataFolder ?? Directory.CreateTempSubdirectory("realmweb-site-").FullName;
        var log = new LogLines();
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--contentRoot={AppContext.BaseDirectory}", $"--Realm:DataDir={folder}", "--Realm:ImportSample=false",
            // Other test programs have all of the machine's time.
            "--Realm:Jobs:GiveWay=false",
            // All tests of a site come from one address, as fast as the machine is. What limits are tested says so.
            "--Realm:SignInsPerMinute=10000", "--Realm:DocumentsPerMinute=10000", "--Realm:FlagsPerMinute=10000",
            .. settings.Select(setting => $"--{setting}"),
        ];
        var app = RealmWebHost.Build(args, builder => builder.Logging.ClearProviders().AddProvider(log));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Site(app, log, folder, dataFolder is null);
    }

    /// <summary>Somebody who is not signed in.</summary>
    public HttpClient Anonymous() => Client(new CookieContainer());

    /// <summary>Signed in as the admin, whom the first call makes.</summary>
    public async Task<HttpClient> AdminAsync() => Client(await AdminCookiesAsync());

    /// <summary>Signed in with a new account.</summary>
    public async Task<HttpClient> SignedInAsync(params string[] roles) => Client(await CookiesOfNewAsync(roles));

    /// <summary>A hub connection with the cookies of an account; null for nobody's.</summary>
    public HubConnection Hub(string route, CookieContainer? cookies = null)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(Address, route), (HttpConnectionOptions options) => options.Cookies = cookies ?? new CookieContainer())
            .WithServerTimeout(TimeSpan.FromMinutes(10))
            .Build();
        hub.HandshakeTimeout = TimeSpan.FromMinutes(10);
        return hub;
    }

    public async Task<CookieContainer> AdminCookiesAsync()
    {
        await _oneAtATime.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_admin is null)
            {
                var cookies = new CookieContainer();
                using var client = Client(cookies);
                using var reply = await client.PostAsJsonAsync(
                    ApiRoutes.Setup, new SetupRequest(SetupCode, AdminName, Password), TestContext.Current.CancellationToken);
                reply.EnsureSuccessStatusCode();
                _admin = cookies;
            }
            return _admin;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task<CookieContainer> CookiesOfNewAsync(params string[] roles)
    {
        var name = $"user-{Guid.NewGuid():N}";
        using var admin = await AdminAsync();
        using var made = await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, Password, roles), TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
        var cookies = new CookieContainer();
        using var client = Client(cookies);
        using var reply = await client.PostAsJsonAsync(ApiRoutes.SignIn, new SignInRequest(name, Password), TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
        return cookies;
    }

    public HttpClient Client(CookieContainer cookies) =>
        new(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _oneAtATime.Dispose();
        if (_ownsFolder)
            Directory.Delete(DataFolder, recursive: true);
        UnhandledExceptions.RefuseIn(string.Join('\n', Log));
    }

    [GeneratedRegex("one-time code (\\S+)")]
    private static partial Regex CodePattern();

    private sealed class LogLines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Writer(_lines);

        public void Dispose()
        {
        }

        private sealed class Writer(ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}

/// <summary>One site for all tests of a class that leave it as they found it, or work under names of their own.</summary>
public sealed class SharedSite : IAsyncLifetime
{
    public Site Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Site = await Site.StartAsync(null, "Realm:AsksPerMinute=10000");

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SiteTests : ICollectionFixture<SharedSite>
{
    public const string Name = "site";
}
