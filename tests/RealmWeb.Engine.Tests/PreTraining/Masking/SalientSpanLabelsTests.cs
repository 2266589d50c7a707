using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

/// <summary>How well the taggers find what was labelled by reading in sentences drawn at random (tests/salient-spans).</summary>
public sealed class SalientSpanLabelsTests(ITestOutputHelper output)
{
    /// <summary>Corpora outside the repository: REALM_CORPORA, else ../shared/data/corpora. Where there are none, the articles of the repository are
    /// measured.</summary>
    private static readonly string Outside =
        Environment.GetEnvironmentVariable("REALM_CORPORA") is { Length: > 0 } given ? given
            : Path.Combine(TestPaths.Repository, "..", "shared", "data", "corpora");

    // Floors a little under what docs/salient-spans.md gives: precision and recall of rules and capitals together.
    private static readonly (string Labels, double Precision, double Recall)[] Outsides =
        [("wikipedia-slice", 0.83, 0.85), ("factbook", 0.87, 0.92), ("squad-articles", 0.91, 0.90)];

    [Fact]
    public void Tag_FindsWhatWasLabelled_InTheSampleArticles() =>
        Measure("encyclopedia", Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "articles"), 0.92, 0.91);

    [Fact]
    public void Tag_FindsWhatWasLabelled_InCorporaOutsideTheRepository()
    {
        foreach (var (labels, precision, recall) in Outsides)
        {
            var path = Path.Combine(Outside, $"{labels}.jsonl.gz");
            if (File.Exists(path))
                Measure(labels, path, precision, recall);
            else
                // What stands in for it on a fresh clone: the labels themselves are whole.
                Assert.All(Labels(labels), label => AssertInOrder(label));
        }
    }

    private void Measure(string labels, string corpus, double leastPrecision, double leastRecall)
    {
        var texts = CorpusSource.Read([corpus]).Where(item => item.Document is not null)
            .ToDictionary(item => item.Document!.SourceId, item => item.Document!.Text);
        var casing = TrueCasingTagger.Train(texts.Values);
        var rules = new DateAndNumberTagger();
        var sentences = Labels(labels).Select(label => (Label: label, Text: Sentence(texts, label))).ToList();

        Score("rules", rules);
        Score("capitals", casing);
        var (precision, recall) = Score("both", new CombinedTagger(rules, casing));

        Assert.True(precision >= leastPrecision && recall >= leastRecall,
            $"{labels}: precision {precision:F3}, recall {recall:F3}; at least {leastPrecision} and {leastRecall} are expected.");

        (double Precision, double Recall) Score(string name, ISalientSpanTagger tagger)
        {
            var (right, found, marked) = (0, 0, 0);
            foreach (var (label, text) in sentences)
            {
                var spans = tagger.Tag(text);
                right += spans.Intersect(label.Spans).Count();
                found += spans.Count;
                marked += label.Spans.Count;
            }
            var (p, r) = ((double)right / found, (double)right / marked);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{labels} | {sentences.Count} sentences, {marked} spans | {name} | precision {p:F3} | recall {r:F3} | F1 {2 * p * r / (p + r):F3}"));
            return (p, r);
        }
    }

    private static string Sentence(Dictionary<string, string> texts, Label label)
    {
        AssertInOrder(label);
        Assert.True(texts.TryGetValue(label.Document, out var text), $"There is no document {label.Document}.");
        var sentence = text.Substring(label.Start, label.Length);
        Assert.True(label.Hash == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sentence)))[..8],
            $"The sentence at {label.Start} of {label.Document} has changed since it was labelled. Label it again.");
        return sentence;
    }

    private static void AssertInOrder(Label label)
    {
        var end = 0;
        foreach (var span in label.Spans)
        {
            Assert.True(span.Start >= end && span.End > span.Start && span.End <= label.Length,
                $"A span of {label.Document} at {label.Start} is out of place.");
            end = span.End;
        }
    }

    private static List<Label> Labels(string name) =>
        [.. File.ReadLines(Path.Combine(TestPaths.Repository, "tests", "salient-spans", $"{name}.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => new Label(
            row.GetProperty("document").GetString()!, row.GetProperty("start").GetInt32(), row.GetProperty("length").GetInt32(),
                row.GetProperty("hash").GetString()!,
            [.. row.GetProperty("spans").EnumerateArray().Select(span => new TextSpan(span[0].GetInt32(), span[1].GetInt32()))]))];

    /// <param name="Start">Of the sentence, in the document's normalised text.</param>
    /// <param name="Hash">First eight hexadecimal digits of the SHA-256 of the sentence.</param>
    /// <param name="Spans">Offsets in the sentence.</param>
    private sealed record Label(string Document, int Start, int Length, string Hash, IReadOnlyList<TextSpan> Spans);
}
