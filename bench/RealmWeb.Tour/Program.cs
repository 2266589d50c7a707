using System.Reflection;
using RealmWeb.Browser.Tests;
using RealmWeb.TestKit;
using RealmWeb.Tour;

// realm-tour [--pictures FOLDER] [--look FOLDER] [--data FOLDER] [--only NAME,NAME] [--server FOLDER]
//   pictures  where the pictures of docs/tour.md go; docs/images/tour by default
//   look      takes no pictures for the tour, but each state in both widths and both themes
//   data      a data folder that is kept: what stands in the site is made once, and later calls only take pictures
//   only      states by name
//   server    folder of a built server; the one of this checkout by default
string? Option(string name) => Array.IndexOf(args, $"--{name}") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

var (data, look, only) = (Option("data"), Option("look"), Option("only")?.Split(','));
var folder = Directory.CreateDirectory(look ?? Option("pictures") ?? Path.Combine(TestPaths.Repository, "docs", "images", "tour")).FullName;
if (data is not null)
    Directory.CreateDirectory(data);

using var playwright = await Playwright.CreateAsync();
await using var browser = await Chromium.LaunchAsync(playwright);
var server = Option("server")
    ?? typeof(World).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(built => built.Key == "ServerFolder").Value!;
// The site that shows the box is a source too, and no public one.
await using var site = await ServerProcess.StartAsync(server, data, $"Realm:Sources:PrivateHosts:0={new Uri(Intranet.Origin).Authority}");
var desk = new Desk(browser, site.Address);
if (await desk.SetupNeededAsync())
    await ShowAsync(new Scene("set-up", Desk.Nobody, "/setup", "#code"));
if (await desk.BeginAsync(site.SetupCodeAsync))
{
    Console.WriteLine("Makes what stands in the site. It takes some minutes, because two trainings and a chain are real.");
    await new World(desk).MakeAsync();
}

var failed = 0;
foreach (var scene in await Scenes.AllAsync(desk, site.Address))
{
    try
    {
        await ShowAsync(scene);
    }
    catch (Exception missing) when (missing is PlaywrightException or TimeoutException)
    {
        failed++;
        Console.Error.WriteLine($"{scene.Name} has no picture: {missing.Message}{string.Concat(desk.LastErrors.Select(error => $"\n  {error}"))}");
    }
}

if (look is null && only is null)
{
    // What the tour shows is what was taken.
    var tour = await File.ReadAllTextAsync(Path.Combine(TestPaths.Repository, "docs", "tour.md"));
    foreach (var name in Directory.EnumerateFiles(folder, "*.webp").Select(Path.GetFileName))
    {
        if (tour.Contains($"images/tour/{name}", StringComparison.Ordinal))
            continue;
        failed++;
        Console.Error.WriteLine($"{name} is not in docs/tour.md.");
    }
}

return failed == 0 ? 0 : 1;

// Within the application where that can be, so that the runtime need not start again for each state.
async Task GoAsync(IPage page, string path)
{
    var target = new Uri(site.Address, path);
    var stays = page.Url.StartsWith(site.Address.AbsoluteUri, StringComparison.Ordinal) && new Uri(page.Url) != target
        && await page.Locator(".mud-dialog, .mud-popover-open, .mud-drawer--open, .connection-bar").CountAsync() == 0;
    if (stays)
    {
        await page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
        await page.WaitForURLAsync(url => new Uri(url) == target);
        await page.EvaluateAsync("() => new Promise(done => setTimeout(done, 400))");
        return;
    }

    await page.GotoAsync(path);
    await page.Locator(".sign-in-link, button[aria-label^='Account of']").First.WaitForAsync();
}

async Task ShowAsync(Scene scene)
{
    if (only is not null && !only.Contains(scene.Name))
        return;
    var page = await desk.PageOfAsync(scene.Who);
    desk.LastErrors.Clear();
    await page.Context.SetOfflineAsync(false);
    await page.SetViewportSizeAsync(scene.Width, 900);
    await GoAsync(page, scene.Path);
    await page.Locator(scene.There).First.WaitForAsync();
    await page.WaitForFunctionAsync("() => !document.querySelector('main [aria-busy=true] .mud-skeleton')");
    if (scene.Act is { } act)
        await act(page);
    if (look is not null)
    {
        await Camera.LookAsync(page, folder, scene.Name, scene.Whole);
        Console.WriteLine(scene.Name);
        return;
    }

    var picture = await Camera.TakeAsync(page, scene.Width, scene.Theme, scene.Whole);
    await File.WriteAllBytesAsync(Path.Combine(folder, $"{scene.Name}.webp"), picture);
    Console.WriteLine($"{scene.Name}: {picture.Length / 1024} KiB");
}
