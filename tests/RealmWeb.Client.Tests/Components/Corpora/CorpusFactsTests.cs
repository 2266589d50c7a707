using Bunit;
using RealmWeb.Client.Components.Corpora;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests.Components.Corpora;

public sealed class CorpusFactsTests : ComponentTests
{
    private static readonly CorpusSummary Moon = new("moon", "The Moon", 12, 40, "g1", 40, false, "realm-arctic", null, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Confidence_SaysHowManyQuestionsItWasFittedTo_AndForWhichModel()
    {
        var facts = Shown(Moon with { Fit = new CorpusFitSummary("realm-arctic", 1435, FitsRefusals: true, DateTimeOffset.UnixEpoch) });

        var confidence = facts.FindAll("div").Single(fact => fact.TextContent.StartsWith("Confidence", StringComparison.Ordinal));
        Assert.EndsWith("fitted to 1,435 questions", confidence.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("For realm-arctic", confidence.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("when none is given", confidence.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Confidence_IsNotSpokenOf_WhereNothingWasFitted() =>
        Assert.DoesNotContain("Confidence", Shown(Moon).Markup, StringComparison.Ordinal);

    private IRenderedComponent<CorpusFacts> Shown(CorpusSummary corpus) => Browser.Render<CorpusFacts>(set => set.Add(facts => facts.Corpus, corpus));
}
