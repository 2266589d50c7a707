using System.Text.RegularExpressions;
using Bunit;
using RealmWeb.Client.Components.Models;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Components;

public sealed partial class ModelCardTests : ComponentTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Card_SaysWhenAndWithWhatAModelWasMeasured(bool onTheSite)
    {
        var quality = new ModelQuality(
            onTheSite ? Guid.NewGuid() : null, "heldout", "handbook", Retriever.Hybrid, DateTimeOffset.UnixEpoch, new Dictionary<string, double> { ["em"] = 50 });
        var card = Browser.Render<ModelCard>(shown => shown.Add(c => c.Model, new ModelSummary("better", "fine-tuning", false, quality.At, null, quality)));

        // then the words stand apart
        var text = Spaces().Replace(card.FindAll("p")[^1].TextContent, " ").Trim();
        Assert.Matches("^Measured [^ ].* with heldout on handbook$", text);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
