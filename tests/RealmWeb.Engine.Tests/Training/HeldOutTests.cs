using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

[Collection(SeededTests.Name)]
public sealed class HeldOutTests
{
    private static readonly IReadOnlyList<Block> Blocks = [.. Enumerable.Range(0, 4000).Select(i => Block.Create("Title", $"Passage {i % 3900}.", 0))];

    [Fact]
    public void Part_GoesByContent()
    {
        var (training, held) = HeldOut.Part(Blocks, 0.1);

        Assert.Equal(Blocks.Count, training.Count + held.Count);
        Assert.InRange(held.Count, 300, 500);
        // A passage that stands twice is never on both sides.
        Assert.Empty(training.Select(block => block.Id).Intersect(held.Select(block => block.Id)));
        Assert.Equal(held.Select(block => block.Id).Order(), HeldOut.Part([.. Blocks.Reverse()], 0.1).HeldOut.Select(block => block.Id).Order());
        Assert.Empty(HeldOut.Part(Blocks, 0).HeldOut);
        Assert.Contains("heldOutShare", Assert.Throws<InvalidOperationException>(() => HeldOut.Part([Blocks[0]], 0.4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_IsTheSameForTheSameWeights()
    {
        using var model = TinyModel.Create();
        var examples = new InverseClozeExamples(model.Inputs, TinyModel.Blocks);
        var objective = new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 3, 4, examples.Draw, "Inverse cloze", CPU);
        model.Embedder.eval();

        var first = HeldOut.Measure(objective, CancellationToken.None, "accuracy", "nothing");

        Assert.Equal(["heldOutAccuracy", "heldOutLoss"], first.Keys.Order());
        Assert.InRange(first["heldOutAccuracy"], 0, 1);
        Assert.Equal(first, HeldOut.Measure(objective, CancellationToken.None, "accuracy"));
    }

    [Theory]
    [InlineData(1.0, true, false)]
    [InlineData(0.0, false, true)]
    [InlineData(0.5, true, true)]
    public void InverseCloze_TellsPairsWithTheWordMatchFromThoseWithout(double removeProbability, bool removed, bool kept)
    {
        using var model = TinyModel.Create();
        var examples = new InverseClozeExamples(model.Inputs, TinyModel.Blocks, removeProbability);
        var objective = new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 3, 32, examples.Draw, "Inverse cloze", CPU);

        // Batches are of like length, so some have pairs of one kind alone: all of a window are looked at.
        using var scope = NewDisposeScope();
        var batches = Enumerable.Range(0, 4).Select(batch => objective.Loss(batch).Metrics).ToList();

        Assert.Equal((removed, kept),
            (batches.Exists(metrics => metrics.ContainsKey("removedAccuracy")), batches.Exists(metrics => metrics.ContainsKey("keptAccuracy"))));
        Assert.InRange(batches.Average(metrics => metrics["removedShare"]), removeProbability - 0.2, removeProbability + 0.2);
        Assert.All(batches, metrics => Assert.Equal(
            metrics["accuracy"], metrics["removedShare"] * metrics.GetValueOrDefault("removedAccuracy")
                + (1 - metrics["removedShare"]) * metrics.GetValueOrDefault("keptAccuracy"), 1e-6));
    }
}
