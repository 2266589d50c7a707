using System.Net;
using System.Net.Sockets;
using System.Reflection;
using RealmWeb.Browser.Tests;
using RealmWeb.TestKit;

[assembly: AssemblyFixture(typeof(Site))]

// One journey at a time: each starts the .NET runtime in a fresh browser context, and several at once would starve each other of processors.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace RealmWeb.Browser.Tests;

/// <summary>One server and one browser for all journeys. Visitors share a page, and so does the administrator in all journeys, since each start of the .NET
/// runtime takes seconds. Who signs in, or looks at what the browser keeps, has a browser context of his own.</summary>
public sealed class Site : IAsyncLifetime
{
    /// <summary>A first page loads the .NET runtime; on a loaded machine that takes its time.</summary>
    public const float Patience = 180_000;

    public const string AdminName = "ada";
    public const string AdminPassword = "analytical engine 1843";
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _visitors;
    private IBrowserContext? _admins;
    private readonly Dictionary<IBrowserContext, IPage> _pages = [];

    public Uri Address => _server!.Address;

    /// <summary>Where a journey may put up a site that documents come from; the server fetches from no other place of this machine.</summary>
    public Uri SourceSite { get; } = new($"http://127.0.0.1:{FreePort()}/");

    /// <summary>A folder that the server's settings offer for sources, by the name <see cref="WatchedFolderName"/>.</summary>
    public DirectoryInfo WatchedFolder { get; } = Directory.CreateTempSubdirectory("realmweb-watched-");

    public const string WatchedFolderName = "watched";

    /// <summary>What axe found on the set-up page, which is there but once.</summary>
    public List<string> ViolationsOfSetUp { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        // The browser first: the server embeds its sample as soon as it runs, on all processors.
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _server = await ServerProcess.StartAsync(
            ServerFolder, null, $"Realm:Sources:PrivateHosts:0={SourceSite.Authority}", "Realm:Sources:Pause=00:00:00",
            $"Realm:Jobs:SourceFolders:{WatchedFolderName}={WatchedFolder.FullName}");
    }

    /// <summary>The sample application that carries the site.</summary>
    public static string EmbeddedHost => Built("EmbeddedHost");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ServerFolder => Built("ServerFolder");

    private static string Built(string key) =>
        typeof(Site).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    /// <summary>A visitor who is not signed in, and who leaves nothing in the browser.</summary>
    public async Task<Visit> VisitAsync(int width = 1400)
    {
        // A page that was opened before there is an administrator goes on offering the set-up.
        _admins ??= await SetUpAsync();
        return await OpenAsync(_visitors ??= await ContextAsync(), width);
    }

    /// <summary>A visitor whose browser nobody used before.</summary>
    public async Task<Visit> VisitAloneAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var context = await ContextAsync(scheme);
        return new Visit(await context.NewPageAsync(), alone: true);
    }

    /// <summary>The administrator; the first call goes through the set-up page.</summary>
    public async Task<Visit> VisitAsAdminAsync(int width = 1400) => await OpenAsync(_admins ??= await SetUpAsync(), width);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        WatchedFolder.Delete(recursive: true);
    }

    private async Task<IBrowserContext> SetUpAsync()
    {
        var context = await ContextAsync();
        await using var visit = await OpenAsync(context, 1400);
        var page = visit.Page;
        await page.GotoAsync("/setup");
        await page.Locator("#code").WaitForAsync();
        await Accessibility.CheckAsync(visit, "set-up", ViolationsOfSetUp);
        await page.FillAsync("#code", await _server!.SetupCodeAsync());
        await page.FillAsync("#name", AdminName);
        await page.FillAsync("#password", AdminPassword);
        await page.ClickAsync("text=Make the administrator");
        await page.Locator($"button[aria-label='Account of {AdminName}']").WaitForAsync();
        return context;
    }

    private async Task<Visit> OpenAsync(IBrowserContext context, int width)
    {
        if (!_pages.TryGetValue(context, out var page) || page.IsClosed) page = _pages[context] = await context.NewPageAsync();
        await page.SetViewportSizeAsync(width, 900);
        return new Visit(page);
    }

    private async Task<IBrowserContext> ContextAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.AbsoluteUri,
            ViewportSize = new ViewportSize { Width = 1400, Height = 900 },
            ColorScheme = scheme,
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        return context;
    }
}
