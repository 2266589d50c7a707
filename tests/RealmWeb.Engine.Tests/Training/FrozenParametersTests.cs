using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Tests.Training;

[Collection(SeededTests.Name)]
public sealed class FrozenParametersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Run_LeavesFrozenParametersAsTheyAre_AndTrainsTheOthers()
    {
        using var tiny = new TinyObjective("reader", TinyModel.Create());
        var module = tiny.Objective.Module;
        var before = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().clone());

        Loop(tiny.Objective, "word_embeddings").Run(resume: false, null, null, CancellationToken.None);

        foreach (var (name, parameter) in module.named_parameters())
        {
            Assert.True(parameter.requires_grad, name);
            var frozen = name.Contains("word_embeddings", StringComparison.Ordinal);
            if (frozen || name.Contains("attention.self.query.weight", StringComparison.Ordinal))
                Assert.Equal(frozen, before[name].equal(parameter.detach()).all().item<bool>());
        }
        foreach (var tensor in before.Values)
            tensor.Dispose();
    }

    [Fact]
    public void Run_Refuses_WhatNoParameterIsCalled()
    {
        using var line = new LineObjective(4);

        Assert.Contains("\"wordembeddings\"",
            Assert.Throws<InvalidOperationException>(() => Loop(line, "wordembeddings").Run(false, null, null, CancellationToken.None)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private TrainingLoop Loop(IObjective objective, string frozen) =>
        new(objective, new TrainingOptions { Steps = 3, WarmUpSteps = 0, LearningRate = 1e-2, Frozen = [frozen] }, _folder.At("run"), TimeProvider.System);
}
