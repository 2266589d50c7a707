using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;

namespace RealmWeb.Tour;

/// <summary>Somebody who uses the site.</summary>
internal sealed record Person(string Name, string Role);

/// <summary>A browser with a window for each of the people, signed in.</summary>
internal sealed class Desk(IBrowser browser, Uri site)
{
    public const string Password = "analytical engine 1843";

    public static readonly Person Nobody = new("", "");
    public static readonly Person Ada = new("ada", Roles.Admin);
    public static readonly Person Cleo = new("cleo", Roles.Curator);
    public static readonly Person Bo = new("bo", Roles.Annotator);
    public static readonly Person Mei = new("mei", Roles.Annotator);
    public static readonly Person Noor = new("noor", Roles.Asker);
    public static readonly Person[] People = [Ada, Cleo, Bo, Mei, Noor];

    private const float Patience = 60_000;
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(30);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Dictionary<string, IPage> _pages = [];

    public IBrowser Browser => browser;

    /// <summary>What browsers wrote of errors, for a state that does not come.</summary>
    public Queue<string> LastErrors { get; } = [];

    public async Task<IPage> PageOfAsync(Person who)
    {
        if (_pages.TryGetValue(who.Name, out var page))
            return page;
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = site.AbsoluteUri, ViewportSize = new ViewportSize { Width = 1400, Height = 900 }, ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = ColorScheme.Light, TimezoneId = "Europe/Oslo", Locale = "en-GB",
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                LastErrors.Enqueue(message.Text);
        };
        _pages[who.Name] = page;
        if (who.Role.Length > 0 && who != Ada)
            await SendAsync(who, "POST", ApiRoutes.SignIn, new SignInRequest(who.Name, Password));
        return page;
    }

    public async Task<bool> SetupNeededAsync() => (await SendAsync<Me>(Ada, "GET", ApiRoutes.Me)).SetupNeeded;

    /// <summary>Signs the administrator in, who is made first where there is none.</summary>
    /// <param name="code">The one-time code of the server's log.</param>
    /// <returns>Whether the site is new.</returns>
    public async Task<bool> BeginAsync(Func<Task<string>> code)
    {
        var isNew = await SetupNeededAsync();
        await (isNew
            ? SendAsync(Ada, "POST", ApiRoutes.Setup, new SetupRequest(await code(), Ada.Name, Password))
            : SendAsync(Ada, "POST", ApiRoutes.SignIn, new SignInRequest(Ada.Name, Password)));
        return isNew;
    }

    public Task<T> GetAsync<T>(string route) => SendAsync<T>(Ada, "GET", route);

    public async Task<T> SendAsync<T>(Person who, string method, string route, object? body = null) =>
        JsonSerializer.Deserialize<T>(await SendAsync(who, method, route, body), Json)!;

    public async Task<string> SendAsync(Person who, string method, string route, object? body = null)
    {
        var request = (await PageOfAsync(who)).Context.APIRequest;
        var reply = await request.FetchAsync(route.TrimStart('/'), new APIRequestContextOptions
        {
            Method = method, Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
            Data = body is null ? null : JsonSerializer.Serialize(body, Json), Timeout = Patience,
        });
        return await TextOfAsync(reply, method, route);
    }

    public async Task UploadAsync(string route, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var request = (await PageOfAsync(Ada)).Context.APIRequest;
        var form = request.CreateFormData();
        foreach (var (name, bytes) in files)
            form.Append("files", new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });
        await TextOfAsync(await request.PostAsync(route.TrimStart('/'), new APIRequestContextOptions { Multipart = form, Timeout = Patience }), "POST", route);
    }

    /// <summary>Waits until something has come about.</summary>
    public async Task<T> UntilAsync<T>(string route, Func<T, bool> there)
    {
        var deadline = DateTimeOffset.UtcNow + LongestWork;
        while (DateTimeOffset.UtcNow < deadline)
        {
            if (await TryAsync<T>(route) is { } now && there(now))
                return now;
            await Task.Delay(500);
        }

        throw new TimeoutException($"{route} did not come to what the tour needs within {LongestWork:hh\\:mm} hours.");
    }

    // What is made in a moment is not there yet.
    private async Task<T?> TryAsync<T>(string route)
    {
        var reply = await (await PageOfAsync(Ada)).Context.APIRequest.GetAsync(route.TrimStart('/'));
        return reply.Status == 404 ? default : JsonSerializer.Deserialize<T>(await TextOfAsync(reply, "GET", route), Json);
    }

    private static async Task<string> TextOfAsync(IAPIResponse reply, string method, string route)
    {
        var text = await reply.TextAsync();
        return reply.Ok ? text : throw new InvalidOperationException($"{method} {route}: {reply.Status} {text}");
    }
}
