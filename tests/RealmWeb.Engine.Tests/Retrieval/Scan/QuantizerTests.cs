using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tests.Retrieval.Index;

namespace RealmWeb.Engine.Tests.Retrieval.Scan;

public sealed class QuantizerTests
{
    [Fact]
    public void Encode_GivesCodesScaleAndNorms_WorkedByHand()
    {
        var codes = new sbyte[4];

        Quantizer.Encode([1.27f, -0.635f, 0.004f, 0], codes, out var scale, out var residual, out var norm);

        // scale 0.01: 127, -63.5 to even, 0.4 to 0
        Assert.Equal(0.01f, scale, 1e-7f);
        Assert.Equal([127, -64, 0, 0], codes);
        Assert.Equal(Math.Sqrt(0.005 * 0.005 + 0.004 * 0.004), residual, 1e-6);
        Assert.Equal(Math.Sqrt(1.27 * 1.27 + 0.64 * 0.64), norm, 1e-6);
    }

    [Fact]
    public void Encode_GivesZeros_WhenTheVectorIsZero()
    {
        sbyte[] codes = [1, 2, 3];

        Quantizer.Encode([0, 0, 0], codes, out var scale, out var residual, out var norm);

        Assert.Equal((0f, 0f, 0f), (scale, residual, norm));
        Assert.Equal([0, 0, 0], codes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bound_HoldsForEveryInnerProduct(int seed)
    {
        // given vectors of all sizes, some with one number that dwarfs the others
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var d = random.Next(1, 200);
            var (v, q) = (TestGeneration.Normal(random, d), TestGeneration.Normal(random, d));
            var size = Math.Pow(10, random.Next(-8, 8));
            for (var i = 0; i < d; i++)
                v[i] = (float)(v[i] * size);
            if (round % 3 == 0)
                v[random.Next(d)] *= 1000;

            var (vCodes, qCodes) = (new sbyte[d], new sbyte[d]);
            Quantizer.Encode(v, vCodes, out var vScale, out var vResidual, out var vNorm);
            Quantizer.Encode(q, qCodes, out var qScale, out var qResidual, out _);
            var approximation = (float)vCodes.Zip(qCodes, (a, b) => a * b).Sum() * (vScale * qScale);
            var exact = v.Zip(q, (a, b) => (double)a * b).Sum();

            // then the true inner product lies within the bound
            var bound = Quantizer.Bound(Math.Sqrt(Quantizer.SumOfSquares(q)), qResidual, vResidual, vNorm);
            Assert.True(Math.Abs(exact - approximation) <= bound, $"seed {seed}, round {round}: {exact} and {approximation} differ by more than {bound}");
        }
    }
}
