using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.FineTuning;

[Collection(SeededTests.Name)]
public sealed class StepwiseIndexTests
{
    [Fact]
    public void At_EmbedsTheCorpusAgain_EverySoManySteps()
    {
        using var world = new OpenQaWorld();
        Directory.CreateDirectory(world.At("steps"));
        using var generations = Open(world, every: 3);
        var first = generations.At(0).Vectors([1]);

        Move(world);

        Assert.Equal(first, generations.At(2).Vectors([1]));
        world.Model.Embedder.train();
        var second = generations.At(3).Vectors([1]);
        Assert.NotEqual(first, second);
        Assert.True(world.Model.Embedder.training);
        world.Model.Embedder.eval();
        Assert.All(world.Model.Encode([TinyModel.Blocks[0]], CancellationToken.None).Zip(second), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void At_OpensTheGenerationOfTheStep_WhenARunIsThrownBack()
    {
        // given a run that went from the generation of step 3 to that of step 6
        using var world = new OpenQaWorld();
        Directory.CreateDirectory(world.At("steps"));
        float[] third;
        using (var generations = Open(world, every: 3))
        {
            third = generations.At(5).Vectors([1]);
            Move(world);
            generations.At(6);
        }

        // when it goes on from a checkpoint of step 5
        using var resumed = Open(world, every: 3);

        Assert.Equal(third, resumed.At(5).Vectors([1]));
    }

    [Fact]
    public void At_KeepsNoMoreThanACheckpointCanNeed()
    {
        using var world = new OpenQaWorld();
        Directory.CreateDirectory(world.At("steps"));
        using var generations = Open(world, every: 2);

        for (var step = 0; step < 20; step++)
            generations.At(step);

        Assert.Equal(["step-000000012", "step-000000014", "step-000000016", "step-000000018"], Directory.GetDirectories(world.At("steps")).Select(Path.GetFileName).Order());
    }

    private static StepwiseIndex Open(OpenQaWorld world, int every) =>
        new(world.Model, world.Blocks, "1", world.At("steps"), every, farthestBack: 5, TimeProvider.System, null, CancellationToken.None);

    private static void Move(OpenQaWorld world)
    {
        using var noGradient = no_grad();
        world.Model.Embedder.named_parameters().Single(entry => entry.name == "cls.dense.bias").parameter.add_(1);
    }
}
