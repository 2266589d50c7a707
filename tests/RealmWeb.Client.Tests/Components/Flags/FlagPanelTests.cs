using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Client.Components.Flags;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Tests.Components.Flags;

public sealed class FlagPanelTests : ComponentTests
{
    [Fact]
    public async Task Note_IsCountedWhileItIsWritten_AndKeptWhenTheFieldIsLeft()
    {
        var kept = new List<string>();
        var panel = Browser.Render<FlagPanel>(parameters => parameters
            .Add(shown => shown.Session, Browser.Services.GetRequiredService<FlagSession>())
            .Add(shown => shown.Access, Flagging.On).Add(shown => shown.Open, true).Add(shown => shown.OnNote, kept.Add));

        await panel.InvokeAsync(() => panel.Find("#flag-note").Input("It was Fleming."));
        var whileWritten = (panel.Find(".mud-input-helper-text").TextContent, kept.Count);
        await panel.InvokeAsync(() => panel.Find("#flag-note").Blur());

        Assert.Contains("15 / 500", whileWritten.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, whileWritten.Count);
        Assert.Equal(["It was Fleming."], kept);
    }
}
