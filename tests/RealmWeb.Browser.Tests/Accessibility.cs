using Deque.AxeCore.Commons;

namespace RealmWeb.Browser.Tests;

/// <summary>What axe finds on a page.</summary>
internal static class Accessibility
{
    private const string IsLoaded = "'axe' in window";

    // WCAG 2 A and AA and axe's best practices: the same on every page. A theme sets colours alone, so the second needs only the rules that look at them.
    private const string Look = """
        async () => {
            const all = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
            const ofColours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
            const found = [];
            for (const [theme, runOnly] of [['light', all], ['dark', ofColours]]) {
                document.documentElement.dataset.theme = theme;
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                // A colour that is on its way from one theme to the other is neither's.
                for (const move of document.getAnimations())
                    if (move.effect.getComputedTiming().endTime === Infinity) move.cancel(); else move.finish();
                const { violations } = await axe.run({ runOnly, resultTypes: ['violations'] });
                for (const { id, help, nodes } of violations)
                    for (const { target, html } of nodes) found.push(`${theme}: ${id} (${help}): ${target} ${html}`);
            }
            document.documentElement.dataset.theme = 'light';
            return found;
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

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
            foreach (var frame in visit.Page.Frames)
            {
                if (!await frame.EvaluateAsync<bool>(IsLoaded)) await frame.EvaluateAsync(Axe);
            }

            violations.AddRange((await visit.Page.EvaluateAsync<string[]>(Look)).Select(found => $"{name} at {width}, {found}"));
        }

        await visit.Page.SetViewportSizeAsync(1400, 900);
    }
}
