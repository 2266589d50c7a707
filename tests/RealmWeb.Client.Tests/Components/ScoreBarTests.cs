using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RealmWeb.Client.Components.Ask;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Components;

public sealed class ScoreBarTests
{
    [Theory]
    [InlineData(true, "Confidence")]
    [InlineData(false, "Score")]
    public async Task Label_IsConfidence_OnlyWhereItWasFitted(bool calibrated, string name)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);

        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<ScoreBar>(
            ParameterView.FromDictionary(new Dictionary<string, object?> { ["Score"] = 0.8, ["Calibrated"] = calibrated }))).ToHtmlString());

        Assert.Contains($"<span class=\"score-label\">{name}</span>", html, StringComparison.Ordinal);
        Assert.Contains($"aria-label=\"{name}\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Answer: 1969. Confidence: Strong.")]
    [InlineData(false, "Answer: 1969. Score: Strong.")]
    public void Announce_SaysWhatTheNumberIs(bool calibrated, string expected)
    {
        var response = new AskResponse(
            "When?", "moon", "1969", false, 0.8, 0.1, [], [], new StageTimings(1, 1, 1, 3), "model", "g1") { Calibrated = calibrated };

        Assert.Equal(expected, AnswerBlock.Announce(response));
    }
}
