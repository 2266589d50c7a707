namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Theme and phone.</summary>
public sealed class LookJourneys(Site site)
{
    private const string Theme = "document.documentElement.dataset.theme";

    [Theory]
    [InlineData(ColorScheme.Light, "light", "dark")]
    [InlineData(ColorScheme.Dark, "dark", "light")]
    public async Task Theme_FollowsTheSystemAndThenTheSwitch_WhenItIsUsed(ColorScheme scheme, string system, string other)
    {
        await using var visit = await site.VisitAloneAsync(scheme);
        await visit.OpenAsync("/corpora");
        Assert.Equal(system, await visit.Page.EvaluateAsync<string>(Theme));
        Assert.Equal(system == "dark", await IsDarkAsync(visit));

        await visit.Locator(".theme-switch").ClickAsync();
        await Assertions.Expect(visit.Locator("html")).ToHaveAttributeAsync("data-theme", other);
        Assert.Equal(other == "dark", await IsDarkAsync(visit));
        await visit.LoadAsync("/corpora");

        Assert.Equal(other, await visit.Page.EvaluateAsync<string>(Theme));
        await visit.Locator(".theme-switch").ClickAsync();
        await Assertions.Expect(visit.Locator("html")).ToHaveAttributeAsync("data-theme", system);
        Assert.Null(await visit.Page.EvaluateAsync<string?>("localStorage.getItem('realm-theme')"));
    }

    [Fact]
    public async Task Pages_FitThePhone_WhenTheyAreOpened()
    {
        await using var visit = await site.VisitAsAdminAsync(width: 390);
        await visit.OpenSampleAsync();
        await visit.Locator(".examples a").First.ClickAsync();
        await visit.Locator(".answer-words, .no-answer").First.WaitForAsync();
        await AssertFitsAsync(visit);

        foreach (var path in new[] { "/", "/corpora", "/runs", "/models", "/annotate", "/annotate/quality", "/admin/users", "/embed", "/account", "/signin" })
        {
            await visit.OpenAsync(path);
            await AssertFitsAsync(visit);
        }
    }

    [Fact]
    public async Task Passages_CanBeReadToTheirEnd_OnAPhone()
    {
        await using var visit = await site.VisitAsync(width: 390);
        await visit.OpenSampleAsync();

        await visit.AskAsync("Who was the first person to climb Mount Everest?");
        await visit.Locator(".answer-words, .no-answer").First.WaitForAsync();

        // The short ones have no button to unfold them, so nothing of them may be folded away.
        var shortOnes = visit.Locator(".evidence:not(:has(button[aria-controls])) .evidence-text");
        var hidden = await shortOnes.EvaluateAllAsync<int[]>("texts => texts.map(text => text.scrollHeight - text.clientHeight)");
        Assert.NotEmpty(hidden);
        Assert.All(hidden, height => Assert.InRange(height, 0, 1));
    }

    [Fact]
    public async Task Menu_LeadsToThePages_OnAPhone()
    {
        await using var visit = await site.VisitAsync(width: 390);
        await visit.OpenAsync("/");

        await visit.Locator("button[aria-label=Menu]").ClickAsync();
        await visit.Locator(".drawer-links >> text=Corpora").ClickAsync();

        await visit.Page.WaitForURLAsync("**/corpora");
        await Assertions.Expect(visit.Locator("h1")).ToHaveTextAsync("Corpora");
    }

    /// <summary>Whether the page is really drawn dark, whatever the attribute says: light text on a dark background.</summary>
    private static async Task<bool> IsDarkAsync(Visit visit)
    {
        const string brightness = """
            name => getComputedStyle(document.body)[name].match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3
            """;
        var background = await visit.Page.EvaluateAsync<double>(brightness, "backgroundColor");
        var text = await visit.Page.EvaluateAsync<double>(brightness, "color");
        Assert.True(Math.Abs(background - text) > 150, $"Text of brightness {text:0} on a background of {background:0} cannot be read");
        return background < text;
    }

    private static async Task AssertFitsAsync(Visit visit) =>
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{visit.Page.Url} scrolls sideways on a phone");
}
