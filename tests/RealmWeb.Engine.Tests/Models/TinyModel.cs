using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

/// <summary>A whole model that answers in milliseconds, with a vocabulary learned from a handful of passages.</summary>
internal static class TinyModel
{
    /// <summary>Eight short articles: title and text.</summary>
    public static IReadOnlyList<(string Title, string Text)> Articles { get; } =
    [
        ("Harbour", "The harbour of Velm was dug in 1871. Its lighthouse was built by Anna Kroll. Ships from nine countries land timber there."),
        ("Mill", "The old mill stands by the river Orne. It ground flour until 1930. A baker named Tomas Reed bought the mill and opened a museum."),
        ("Orchard", "In the orchard grow forty kinds of apple. The sweetest kind is called Golden Bell. Pickers come every September."),
        ("Bridge", "The stone bridge has seven arches. It was finished in 1642 under Bishop Aldo. A flood broke two arches in 1784."),
        ("Railway", "The railway reached Velm in 1889. The first engine was named Swallow. Today eleven trains a day cross the valley."),
        ("School", "The school was founded by the teacher Mira Lund. It has three hundred pupils. Its choir sings in the harbour each summer."),
        ("Castle", "The castle burned down in 1503. Only its tower is left. Owls nest in the tower, and tourists climb its ninety steps."),
        ("Market", "The market is held on Friday. Farmers sell cheese, honey and wool. The oldest stall belongs to the Brandt family."),
    ];

    public static IReadOnlyList<Block> Blocks { get; } = [.. Articles.Select(article => Block.Create(article.Title, article.Text, 0))];

    public static Vocabulary Vocabulary { get; } = WordPieceTrainer.Train(Articles.Select(article => $"{article.Title}\n{article.Text}"), 420);

    public static WordPieceTokenizer Tokenizer { get; } = new(Vocabulary);

    public static LexicalStatistics Statistics { get; } = new(
        LexicalStatistics.CountInverseDocumentFrequency(
            Articles.Select(article => Tokenizer.Encode(article.Text).Select(piece => piece.Id).ToArray()), Vocabulary.Count), [], 0);

    /// <summary>With everything that published models do not have, and dropout.</summary>
    public static ModelOptions Options { get; } = new()
    {
        Encoder = new()
        {
            HiddenSize = 16, LayerCount = 2, HeadCount = 2, IntermediateSize = 24, MaxPositions = 96, ConvolutionWidth = 3, ConvolutionCount = 2,
                InitializerRange = 0.2,
        },
        Retriever = new() { ProjectionSize = 8, Pooling = "mean" },
        Reader = new() { SpanHiddenSize = 8, MaxSpanWidth = 6, Length = 96, NullSpan = true, RelevanceWeights = true },
    };

    /// <summary>The same without dropout.</summary>
    public static ModelOptions Steady { get; } = Options with { Encoder = Options.Encoder with { HiddenDropout = 0, AttentionDropout = 0 } };

    /// <summary>Questions on the articles, the last one without an answer.</summary>
    public static IReadOnlyList<QuestionExample> Questions { get; } =
    [
        Ask("Who built the lighthouse of Velm?", 0, "Anna Kroll"), Ask("When was the harbour dug?", 0, "1871"),
        Ask("Which river does the mill stand by?", 1, "Orne"), Ask("What is the sweetest apple called?", 2, "Golden Bell"),
        Ask("How many arches has the bridge?", 3, "seven"), Ask("What was the first engine named?", 4, "Swallow"),
        Ask("Who founded the school?", 5, "Mira Lund"), Ask("Who climbs the tower?", 6, "tourists"), Ask("On what day is the market held?", 7, "Friday"),
        new QuestionExample("none", "Who paints the boats?", [], Articles[0].Title, Articles[0].Text, null, null, true),
    ];

    public static RealmModel Create(int seed = 1, ModelOptions? options = null, LexicalStatistics? statistics = null) =>
        RealmModel.Create("tiny", options ?? Options, Vocabulary, statistics ?? Statistics, null, seed, CPU);

    private static QuestionExample Ask(string question, int article, string answer) => new(
        question, question, [answer], Articles[article].Title, Articles[article].Text, [Articles[article].Text.IndexOf(answer, StringComparison.Ordinal)], null,
            false);
}
