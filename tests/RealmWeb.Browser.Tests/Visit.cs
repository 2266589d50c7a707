using System.Text.RegularExpressions;
using RealmWeb.Contracts.Hubs;

namespace RealmWeb.Browser.Tests;

/// <summary>A page of the site that remembers every error of its console: none may come, in any journey.</summary>
public sealed class Visit : IAsyncDisposable
{
    // Ends each message of SignalR's JSON protocol.
    private const char EndOfRecord = '\u001e';

    // Whether the application runs here and went to another of its addresses; the page before is gone when the next but one picture is drawn.
    private const string GoWithin = """
        async path => {
            if (!document.querySelector(".sign-in-link, button[aria-label^='Account of']")) return false;
            const [from, to] = [location.href, new URL(path, document.baseURI).href];
            if (to === from || !to.startsWith(document.baseURI)) return false;
            Blazor.navigateTo(path);
            while (location.href === from) await new Promise(done => setTimeout(done, 10));
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            return true;
        }
        """;

    private readonly List<string> _errors = [];
    private readonly List<int> _expectedStatuses = [];
    private bool _expectsBlockedFrame;
    private bool _expectsCuts;

    private readonly bool _alone;

    // Taken when the visit begins: what the browser says comes from outside of the test.
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    /// <param name="alone">Whether the page and its browser context end with the visit; otherwise the page stays for the next one.</param>
    public Visit(IPage page, bool alone = false)
    {
        (Page, _alone) = (page, alone);
        page.Console += NoteConsole;
        page.PageError += NoteError;
    }

    public IPage Page { get; }

    public ILocator Locator(string selector) => Page.Locator(selector);

    /// <summary>The browser itself writes a line for each response with an error status. Where a journey means to get one, that line is no fault.</summary>
    public void Expect(int status) => _expectedStatuses.Add(status);

    /// <summary>The same for the line about a frame whose site does not let this page show it.</summary>
    public void ExpectBlockedFrame() => _expectsBlockedFrame = true;

    /// <summary>The same where a journey cuts the connection.</summary>
    public void ExpectCuts() => _expectsCuts = true;

    /// <summary>Goes to an address of the site as a link of its pages leads there: where the application runs already, it need not start again. Waits
    /// until the page answers to clicks.</summary>
    public async Task OpenAsync(string path)
    {
        if (await Page.EvaluateAsync<bool>(GoWithin, path))
            await BeInteractiveAsync();
        else
            await LoadAsync(path);
    }

    /// <summary>Opens an address of the site as the browser's bar does, with all that a first visit loads, and waits until the page answers to clicks.</summary>
    public async Task LoadAsync(string path)
    {
        await Page.GotoAsync(path);
        await BeInteractiveAsync();
    }

    /// <summary>The link to sign in, or the account, is drawn by the browser only after it has asked who is there.</summary>
    public async Task BeInteractiveAsync()
    {
        try
        {
            await Page.Locator(".sign-in-link, button[aria-label^='Account of']").First.WaitForAsync();
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{Page.Url} did not become interactive. It shows:\n{await Page.Locator("body").InnerTextAsync()}", late);
        }
    }

    /// <summary>Lets a question's stages and passages through and keeps the answer back, as a reader that takes its time would. For a visitor alone, before
    /// his page opens.</summary>
    /// <returns>Lets later answers through. What was kept back stays so.</returns>
    public async Task<Action> HoldAnswersAsync()
    {
        var holding = true;
        await Page.RouteWebSocketAsync(new Regex(HubRoutes.Ask), socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame => server.Send(frame.Text!));
            server.OnMessage(frame =>
            {
                // A frame may hold several messages. Types 2 and 3 are an item of a stream and its end.
                var records = frame.Text!.Split(EndOfRecord, StringSplitOptions.RemoveEmptyEntries)
                    .Where(record => !holding || !record.Contains("\"type\":3") && !record.Contains("\"noAnswer\":"));
                foreach (var record in records) socket.Send(record + EndOfRecord);
            });
        });
        return () => holding = false;
    }

    private void NoteConsole(object? sender, IConsoleMessage message)
    {
        if (message.Type == "error") Note($"{message.Text} ({message.Location})");
    }

    private void NoteError(object? sender, string error) => Note(error);

    private void Note(string error)
    {
        _errors.Add(error);
        // Shown with a journey that fails for what the error led to.
        _output?.WriteLine($"Error at {Page.Url}: {error}");
    }

    // Shown with a journey that failed: a time-out alone does not say what stood on the page instead.
    private async Task NoteEndAsync()
    {
        try
        {
            var text = await Page.Locator("body").InnerTextAsync(new LocatorInnerTextOptions { Timeout = 5_000 });
            _output?.WriteLine($"Ended at {Page.Url}, which shows:\n{text}");
        }
        catch (Exception gone) when (gone is PlaywrightException or TimeoutException)
        {
            _output?.WriteLine($"Ended at {Page.Url}, which does not answer: {gone.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        var unexpected = _errors.Where(error => !_expectedStatuses.Exists(status => error.Contains($"the server responded with a status of {status}")))
            .Where(error => !_expectsBlockedFrame || !error.Contains("frame-ancestors", StringComparison.Ordinal))
            .Where(error => !_expectsCuts || !error.Contains("net::ERR_", StringComparison.Ordinal))
            .ToArray();
        await NoteEndAsync();
        Page.Console -= NoteConsole;
        Page.PageError -= NoteError;
        if (_alone)
            await Page.Context.CloseAsync();
        else if (unexpected.Length > 0)
            await Page.CloseAsync();
        else
            await Page.UnrouteAllAsync();
        Assert.Empty(unexpected);
    }
}
