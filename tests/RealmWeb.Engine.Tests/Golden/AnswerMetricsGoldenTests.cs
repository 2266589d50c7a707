using System.Text.Json;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>All cases of the metrics fixture against the published scripts.</summary>
public class AnswerMetricsGoldenTests
{
    // The fixture has nine decimals.
    private const double Rounding = 6e-10;

    [Fact]
    public void Metrics_EqualPublishedOnes_ForTextAnswers()
    {
        var cases = Read("text");

        Assert.All(cases, one =>
        {
            var prediction = one.GetProperty("prediction").GetString()!;
            var golds = Strings(one, "golds");
            Assert.Equal(one.GetProperty("normalized_prediction").GetString(), AnswerNormalization.Normalize(prediction));
            Assert.Equal(Strings(one, "normalized_golds"), golds.Select(AnswerNormalization.Normalize));
            Assert.Equal(one.GetProperty("exact_match").GetInt32(), AnswerMetrics.ExactMatch(prediction, golds));
            Assert.Equal(one.GetProperty("exact_match_nfd").GetInt32(), AnswerMetrics.ExactMatchDecomposed(prediction, golds));
            Assert.Equal(one.GetProperty("f1").GetDouble(), AnswerMetrics.F1(prediction, golds), Rounding);
            Assert.Equal(one.GetProperty("f1_squad2").GetDouble(), AnswerMetrics.F1Squad2(prediction, golds), Rounding);
        });
        Assert.True(cases.Count > 100);
    }

    [Fact]
    public void Metrics_EqualPublishedOnes_ForPatterns()
    {
        var cases = Read("regex");

        Assert.All(cases, one =>
        {
            var prediction = one.GetProperty("prediction").GetString()!;
            Assert.Equal(one.GetProperty("regex_match_at_start").GetInt32() == 1, AnswerMetrics.MatchesAtStart(prediction, Strings(one, "golds")));
            Assert.Equal(one.GetProperty("regex_match_whole").GetInt32() == 1, AnswerMetrics.MatchesWhole(prediction, Strings(one, "golds")));
        });
        Assert.True(cases.Count > 20);
        Assert.Equal(150, cases.Count + Read("text").Count);
    }

    private static string[] Strings(JsonElement one, string name) => [.. one.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    private static List<JsonElement> Read(string kind) =>
        [.. File.ReadLines(GoldenFiles.At("metrics.jsonl")).Select(line => JsonElement.Parse(line))
            .Where(one => one.GetProperty("kind").GetString() == kind)];
}
