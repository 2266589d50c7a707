using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.PreTraining.Refresh;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>What a GPU computes against what the processor computes; where there is no GPU, the processor against itself.</summary>
[Collection(SeededTests.Name)]
public sealed class DeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("masked")]
    [InlineData("retriever")]
    [InlineData("realm")]
    [InlineData("realm-by-chunks")]
    [InlineData("reader")]
    [InlineData("open-qa")]
    public void Gradients_AreThoseOfTheProcessor(string kind)
    {
        using (var model = TinyModel.Create(options: TinyModel.Options with { HiddenDropout = 0, AttentionDropout = 0 }))
        {
            model.RequireHead(3);
            model.Save(_folder.At("model"));
        }

        var expected = Gradients(kind, CPU);
        var actual = Gradients(kind, TorchRuntime.Start());

        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, entry =>
        {
            var norm = Math.Sqrt(entry.Value.Sum(value => (double)value * value));
            var difference = Math.Sqrt(entry.Value.Zip(actual[entry.Key], (a, b) => ((double)a - b) * (a - b)).Sum());
            Assert.True(difference <= 1e-3 * norm + 1e-5, $"{entry.Key}: differs by {difference:g3}, norm {norm:g3}");
        });
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, float[]> Gradients(string kind, Device device)
    {
        var model = RealmModel.Load(_folder.At("model"), device);
        using var world = new OpenQaWorld(model);
        var realm = new RealmPreTrainingOptions
        {
            Training = new TrainingOptions { BatchSize = 3, Seed = 5 }, Candidates = 4, QueryLength = 24, CandidateLength = 48,
            InputsPerChunk = kind == "realm-by-chunks" ? 5 : 0, Refresh = new RefreshOptions { Mode = RefreshMode.Frozen },
        };
        using var refresher = new IndexRefresher(
            model, world.Blocks, "1", realm.Refresh, _folder.At($"refresh-{kind}-{device.type}"), resume: false, farthestBack: 0, [], TimeProvider.System, null, CancellationToken.None);
        var passages = new PassageExamples(model.Tokenizer, model.Features, new PassageOptions { WindowPieces = 24, MaxLength = 64 }, [(TinyModel.Questions, 1)]);
        var pairs = new QuestionBlockExamples(model.Tokenizer, TinyModel.Questions, 64);
        IObjective objective = kind switch
        {
            "masked" => new MaskedLanguageModelObjective(model, TinyModel.Blocks, new TrainingOptions { BatchSize = 4 }, maxLength: 24, new UniformMasking(model.Vocabulary)),
            "retriever" => new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 1, 4, pairs.Draw, "Retriever", device),
            "reader" => new SpanReadingObjective(model.Reader, model.Featurizer, 1, 4, passages.Draw, device),
            "open-qa" => world.Objective(OpenQaWorld.Options, [.. TinyModel.Questions.Where(question => !question.IsImpossible)]),
            _ => new RealmObjective(
                model, TinyModel.Blocks, world.Blocks, new RandomSpanMasking(model.Vocabulary, new RandomSpanOptions { SingleSpan = true }), realm, refresher.At, TimeProvider.System),
        };
        using var owned = objective as IDisposable;
        objective.Module.train();
        using var scope = NewDisposeScope();
        manual_seed(7);
        objective.Backward(0);
        return objective.Module.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.cpu().data<float>().ToArray());
    }
}
