using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>One of the objectives over the tiny articles, with what it needs: masked, retriever, realm, realm-by-chunks, reader or open-qa.</summary>
internal sealed class TinyObjective : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly OpenQaWorld _world;
    private readonly IndexRefresher _refresher;

    /// <param name="model">Becomes this object's.</param>
    public TinyObjective(string kind, RealmModel model)
    {
        _world = new OpenQaWorld(model);
        var realm = new RealmPreTrainingOptions
        {
            Training = new TrainingOptions { BatchSize = 3, Seed = 5 }, Candidates = 4, QueryLength = 24, CandidateLength = 48,
            InputsPerChunk = kind == "realm-by-chunks" ? 5 : 0, Refresh = new RefreshOptions { Mode = RefreshMode.Frozen },
        };
        _refresher = new IndexRefresher(
            model, _world.Blocks, "1", realm.Refresh, _folder.At("refresh"), resume: false, farthestBack: 0, [], TimeProvider.System, null,
                CancellationToken.None);
        var passages = new PassageExamples(
            model.Tokenizer, model.Features, new PassageOptions { WindowPieces = 24, MaxLength = 64 }, [(TinyModel.Questions, 1)]);
        var pairs = new QuestionBlockExamples(model.Inputs, TinyModel.Questions, 64);
        Objective = kind switch
        {
            "masked" => new MaskedLanguageModelObjective(
                model.WithHead(5), TinyModel.Blocks, new TrainingOptions { BatchSize = 4 }, maxLength: 24, new UniformMasking(model.Vocabulary)),
            "retriever" => new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 1, 4, pairs.Draw, "Retriever", model.Device),
            "reader" => new SpanReadingObjective(model.Reader, model.Featurizer, 1, 4, passages.Draw, model.Device),
            "open-qa" => _world.Objective(OpenQaWorld.Options, [.. TinyModel.Questions.Where(question => !question.IsImpossible)]),
            "realm" or "realm-by-chunks" => new RealmObjective(
                model.WithHead(5), TinyModel.Blocks, _world.Blocks, new RandomSpanMasking(model.Vocabulary, new RandomSpanOptions { SingleSpan = true }), realm,
                    _refresher.At, TimeProvider.System),
            _ => throw new ArgumentException($"There is no objective \"{kind}\".", nameof(kind)),
        };
    }

    public IObjective Objective { get; }

    public void Dispose()
    {
        (Objective as IDisposable)?.Dispose();
        _refresher.Dispose();
        _world.Dispose();
        _folder.Dispose();
    }
}
