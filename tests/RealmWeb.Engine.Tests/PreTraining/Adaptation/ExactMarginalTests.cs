using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

[Collection(SeededTests.Name)]
public sealed class ExactMarginalTests
{
    private const int Blocks = 23;
    private const int Width = 5;
    private const double Sharpness = 1.5;
    private const double Floor = 0.01;

    private static readonly IReadOnlyList<MarginalTarget> Targets =
    [
        new([0, 1, 7], [new(3, 0.9), new(12, 0.25)]),
        new([22], [new(0, 0.5)]),
        new([], [new(21, 1e-3), new(22, 1), new(5, 0.75)]),
    ];

    [Theory]
    [InlineData(4)]
    [InlineData(23)]
    [InlineData(1000)]
    public void Loss_AndGradient_EqualTheDirectSum_HoweverBlocksAreCutIntoChunks(int chunk)
    {
        using var scope = NewDisposeScope();
        var (vectors, queries) = Random();
        var direct = queries.detach().clone().requires_grad_();

        var (loss, likelihoods) = new ExactMarginal(vectors, Sharpness, Floor, chunk: chunk).Loss(queries, Targets);
        loss.backward();
        var expected = Direct(vectors, direct);
        (expected + Floor).log().mean().neg().backward();

        Assert.Equal((expected + Floor).log().mean().neg().item<double>(), loss.item<double>(), 1e-10);
        Assert.Equal(expected.data<double>().ToArray(), likelihoods, (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.True(direct.grad!.allclose(queries.grad!, rtol: 1e-8, atol: 1e-10));
    }

    [Fact]
    public void Gradient_EqualsFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        var (vectors, queries) = Random();
        var marginal = new ExactMarginal(vectors, Sharpness, Floor, chunk: 7);
        var (loss, _) = marginal.Loss(queries, Targets);
        loss.backward();

        const double step = 1e-5;
        for (var row = 0; row < Targets.Count; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                var difference = (At(row, column, step) - At(row, column, -step)) / (2 * step);
                Assert.Equal(difference, queries.grad![row, column].item<double>(), 1e-5);
            }
        }

        double At(int row, int column, double change)
        {
            using var moved = queries.detach().clone();
            moved[row, column] += change;
            return marginal.Loss(moved, Targets).Loss.item<double>();
        }
    }

    [Fact]
    public void HiddenBlocks_HaveNoPartInTheSum()
    {
        using var scope = NewDisposeScope();
        var (vectors, queries) = Random();
        var marginal = new ExactMarginal(vectors, Sharpness, Floor);
        MarginalTarget without = new([4], [new(2, 1)]), with = new([], [new(2, 1)]);

        var one = queries.narrow(0, 0, 1);
        var hidden = marginal.Loss(one, [without]).Likelihoods[0];
        var seen = marginal.Loss(one, [with]).Likelihoods[0];

        var share = (vectors.matmul(one.t()).squeeze(1) * Sharpness).softmax(0)[4].item<double>();
        Assert.Equal(seen / (1 - share), hidden, 1e-10);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(6, 7)]
    [InlineData(6, 1000)]
    public void Beam_LeavesTheBestAndWhatWasReadInTheDenominator(int beam, int chunk)
    {
        using var scope = NewDisposeScope();
        var (vectors, queries) = Random();
        var direct = queries.detach().clone().requires_grad_();

        var (loss, _) = new ExactMarginal(vectors, Sharpness, Floor, beam, chunk).Loss(queries, Targets);
        loss.backward();
        var expected = (Direct(vectors, direct, beam) + Floor).log().mean().neg();
        expected.backward();

        Assert.Equal(expected.item<double>(), loss.item<double>(), 1e-10);
        Assert.True(direct.grad!.allclose(queries.grad!, rtol: 1e-8, atol: 1e-10));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1000)]
    public void Best_AreThoseOfTheHighestScores_WithoutTheHidden(int chunk)
    {
        using var scope = NewDisposeScope();
        var (vectors, queries) = Random();

        var best = new ExactMarginal(vectors, Sharpness, Floor, chunk: chunk).Best(queries, Targets, Blocks);

        for (var query = 0; query < Targets.Count; query++)
        {
            var scores = vectors.matmul(queries[query]);
            var expected = Enumerable.Range(0, Blocks).Except(Targets[query].Hidden).OrderByDescending(position => scores[position].item<double>());
            Assert.Equal(expected.Select(position => (long)position), best[query]);
        }
    }

    private static (Tensor Vectors, Tensor Queries) Random()
    {
        manual_seed(3);
        return (randn(Blocks, Width, dtype: ScalarType.Float64), randn(Targets.Count, Width, dtype: ScalarType.Float64).requires_grad_());
    }

    // p(y | x) as it is written.
    private static Tensor Direct(Tensor vectors, Tensor queries, int beam = Blocks)
    {
        var rows = Targets.Select((target, i) =>
        {
            var scores = vectors.matmul(queries[i]) * Sharpness;
            var places = Enumerable.Range(0, Blocks).Except(target.Hidden).OrderByDescending(position => scores[position].item<double>()).ToList();
            var counted = places.Take(beam).Union(target.Readings.Select(reading => reading.Position)).ToHashSet();
            var mask = tensor(Enumerable.Range(0, Blocks).Select(position => counted.Contains(position) ? 0 : double.NegativeInfinity).ToArray());
            var retrieval = (scores + mask).softmax(0);
            return target.Readings.Select(reading => retrieval[reading.Position] * reading.Probability).Aggregate((a, b) => a + b);
        });
        return stack(rows);
    }
}
