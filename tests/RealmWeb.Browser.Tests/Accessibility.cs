using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace RealmWeb.Browser.Tests;

/// <summary>What axe finds on a page.</summary>
internal static class Accessibility
{
    // WCAG 2 A and AA and axe's best practices: the same on every page.
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        ResultTypes = [ResultType.Violations],
    };

    /// <summary>Says that axe finds nothing on a page, in both themes, on a wide screen and on a phone.</summary>
    public static async Task AssertNoneAsync(Visit visit, string name)
    {
        var violations = new List<string>();
        await CheckAsync(visit, name, violations);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    /// <summary>Looks at a page in both themes, on a wide screen and on a phone.</summary>
    /// <param name="name">What the page is called in <paramref name="violations"/>.</param>
    /// <param name="violations">Gets a line for each thing that axe finds.</param>
    public static async Task CheckAsync(Visit visit, string name, List<string> violations)
    {
        foreach (var width in new[] { 1400, 390 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            foreach (var theme in new[] { "light", "dark" })
            {
                await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
                // A colour that is on its way from one theme to the other is neither's.
                await visit.Page.EvaluateAsync("""
                    async theme => {
                        document.documentElement.dataset.theme = theme;
                        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                        for (const move of document.getAnimations())
                            if (move.effect.getComputedTiming().endTime === Infinity) move.cancel(); else move.finish();
                    }
                    """, theme);
                var found = await visit.Page.RunAxe(Rules);
                violations.AddRange(
                    from violation in found.Violations
                    from node in violation.Nodes
                    select $"{name}, {theme} at {width}: {violation.Id} ({violation.Help}): {node.Target} {node.Html}");
            }
        }

        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await visit.Page.SetViewportSizeAsync(1400, 900);
    }
}
