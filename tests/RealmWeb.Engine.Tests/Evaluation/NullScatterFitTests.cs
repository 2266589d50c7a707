using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;

namespace RealmWeb.Engine.Tests.Evaluation;

[Collection(SeededTests.Name)]
public sealed class NullScatterFitTests
{
    private const string Passage = "The lighthouse of Velm was built by Anna Kroll. The harbour was dug in 1871. Tourists climb the tower on Friday.";

    // Each names words of one sentence, or of two that say nothing together.
    private static readonly QuestionExample[] Examples =
    [
        Ask("Who built the lighthouse of Velm?", "Anna Kroll"), Ask("When was the harbour dug?", "1871"), Ask("Who climb the tower on Friday?", "Tourists"),
        Ask("When was the lighthouse of Velm dug?"), Ask("Who built the harbour on Friday?"), Ask("When was the tower dug by Anna Kroll?"),
    ];

    [Fact]
    public void Fit_TellsQuestionsApart_WhoseTermsNoSentenceHolds()
    {
        // given a reader that knows nothing
        using var model = TinyModel.Create();

        var (scatter, before, after) = NullScatterFit.Fit(model, Examples, null, ReadingPrecision.Fp32, TestContext.Current.CancellationToken);

        Assert.InRange(scatter, 1, 10);
        Assert.Equal(100, after.Auc);
        Assert.True(before.Auc < 100, $"{before.Auc}");
        // And what was fitted is what reading does with it.
        var fitted = model.WithAnswering(model.Answering with { NullScatter = scatter });
        Assert.Equal(after, GoldPassageReader.Report(fitted, Examples, null).Refusals, (a, b) => a!.Auc == b!.Auc);
    }

    [Fact]
    public void Fit_SaysWhatIsMissing_WhereAllQuestionsHaveAnAnswer()
    {
        using var model = TinyModel.Create();

        var failure = Assert.Throws<ArgumentException>(
            () => NullScatterFit.Fit(model, Examples[..3], null, ReadingPrecision.Fp32, TestContext.Current.CancellationToken));

        Assert.Contains("marked unanswerable", failure.Message, StringComparison.Ordinal);
    }

    private static QuestionExample Ask(string question, string? answer = null) =>
        new(question, question, answer is null ? [] : [answer], "Velm", Passage, null, null, answer is null);
}
