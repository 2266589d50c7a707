using System.ComponentModel;
using System.Diagnostics;

namespace RealmWeb.Browser.Tests;

/// <summary>Finds a Chromium, or gets one: CHROMIUM, the system's, apt-get as root, Playwright's own.</summary>
internal static class Chromium
{
    // A loaded machine takes its time.
    private const float StartTime = 180_000;

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // Cookies of other sites in frames are blocked, as visitors' browsers do; a journey makes sure of it.
        "--test-third-party-cookie-phaseout",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        var path = Find();
        if (path is null && Environment.UserName == "root" && await RunAsync("apt-get", "install -y --no-install-recommends chromium") == 0) path = Find();
        if (path is null && Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
        {
            throw new InvalidOperationException(
                "No Chromium: not in CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome, and it could be installed neither with apt-get nor with "
                    + "Playwright. Install one and set CHROMIUM to its path.");
        }

        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags, Timeout = StartTime });
    }

    private static string? Find() =>
        new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private static async Task<int> RunAsync(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            // A system without apt-get.
            return -1;
        }
    }
}
