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
        await using var visit = await site.VisitAsync(scheme: scheme);
        await visit.OpenAsync("/corpora");
        Assert.Equal(system, await visit.Page.EvaluateAsync<string>(Theme));

        await visit.Locator(".theme-switch").ClickAsync();
        await Assertions.Expect(visit.Locator("html")).ToHaveAttributeAsync("data-theme", other);
        await visit.OpenAsync("/corpora");

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

        foreach (var path in new[] { "/", "/corpora", "/runs", "/models", "/admin/users", "/signin" })
        {
            await visit.OpenAsync(path);
            await AssertFitsAsync(visit);
        }
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

    private static async Task AssertFitsAsync(Visit visit) =>
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{visit.Page.Url} scrolls sideways on a phone");
}
