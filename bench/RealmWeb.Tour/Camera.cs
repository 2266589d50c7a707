namespace RealmWeb.Tour;

/// <summary>Takes pictures of what a page shows.</summary>
internal static class Camera
{
    public const int Wide = 1400;
    public const int Phone = 390;

    // What is worth reading of a long page.
    private const int Tallest = 1100;
    private const int TallestToLookAt = 3000;
    private const int Quality = 45;

    // Wide pictures are made smaller: a document shows them no wider.
    private const double Smaller = 0.75;

    /// <summary>A picture for a document, as WebP.</summary>
    /// <param name="whole">As much of the page as there is, up to a limit; else a window of the usual size.</param>
    public static async Task<byte[]> TakeAsync(IPage page, int width, string theme, bool whole)
    {
        await ShowAsync(page, width, theme, whole ? Tallest : 0);
        var session = await page.Context.NewCDPSessionAsync(page);
        var (height, scale) = (page.ViewportSize!.Height, width == Wide ? Smaller : 1);
        // Where the page is scrolled to is where the window begins.
        var top = await page.EvaluateAsync<int>("Math.round(scrollY)");
        var taken = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object>
        {
            ["format"] = "webp", ["quality"] = Quality,
            ["clip"] = new Dictionary<string, object> { ["x"] = 0, ["y"] = top, ["width"] = width, ["height"] = height, ["scale"] = scale },
        });
        await session.DetachAsync();
        return Convert.FromBase64String(taken!.Value.GetProperty("data").GetString()!);
    }

    /// <summary>Pictures for who looks after the looks: both widths in both themes, as PNG.</summary>
    public static async Task LookAsync(IPage page, string folder, string name, bool whole)
    {
        foreach (var width in new[] { Wide, Phone })
        {
            foreach (var theme in new[] { "light", "dark" })
            {
                await ShowAsync(page, width, theme, whole ? TallestToLookAt : 0);
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{width}-{theme}.png") });
            }
        }
    }

    // The window is made as high as the page, so that what sticks to its edges stands where it belongs.
    private static async Task ShowAsync(IPage page, int width, string theme, int tallest)
    {
        await page.SetViewportSizeAsync(width, 900);
        await SettleAsync(page, theme);
        if (tallest > 0)
        {
            var height = await page.EvaluateAsync<int>("Math.ceil(document.documentElement.scrollHeight)");
            await page.SetViewportSizeAsync(width, Math.Clamp(height, 480, tallest));
        }

        await SettleAsync(page, theme);
    }

    // A colour that is on its way from one theme to the other is neither's.
    private static Task SettleAsync(IPage page, string theme) => page.EvaluateAsync("""
        async theme => {
            const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            document.documentElement.dataset.theme = theme;
            await frames();
            for (const move of document.getAnimations())
                if (move.effect.getComputedTiming().endTime === Infinity) move.pause(); else move.finish();
            await frames();
        }
        """, theme);
}
