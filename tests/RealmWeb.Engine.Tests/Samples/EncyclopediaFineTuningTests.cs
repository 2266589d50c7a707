using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Samples;

/// <summary>Open fine-tuning of a model with random weights on the sample's articles and questions.</summary>
[Collection(SeededTests.Name)]
public sealed class EncyclopediaFineTuningTests : IDisposable
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "samples", "encyclopedia");

    private readonly int _threads = get_num_threads();

    // A model as small as this one waits longer for a second thread than that thread saves, above all on a busy machine.
    public EncyclopediaFineTuningTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(_threads);

    [Fact]
    public void Training_FindsMoreOfTheRightPassages_OnItsQuestions()
    {
        // given every sample article in blocks, a small random model, and thirty questions
        var articles = CorpusSource.Read([Path.Combine(Folder, "articles")]).Select(item => item.Document!).ToList();
        var vocabulary = WordPieceTrainer.Train(articles.Select(article => article.Text), 1500);
        var options = new ModelOptions
        {
            Encoder = TinyModel.Steady.Encoder with { MaxPositions = 320, InitializerRange = 0.1 },
                Retriever = TinyModel.Options.Retriever with { ProjectionSize = 32 },
            Reader = TinyModel.Options.Reader with { Length = 64, RelevanceWeights = false },
        };
        using var world = new OpenQaWorld(
            RealmModel.Create("sample", options, vocabulary, null, null, 5, CPU),
            new MemoryBlockStore(articles.Select(article => Block.Create(article.Title, article.Text, 0))));
        var questions = QuestionLines.Read(Path.Combine(Folder, "questions", "train.jsonl")).Where(question => !question.IsImpossible).Take(30).ToList();
        var before = Recall(world, questions);

        // when question tower and reader train through retrieval
        var training = new TrainingOptions { Steps = 120, LearningRate = 1e-2, WarmUpSteps = 5, BatchSize = 8, Seed = 3, Beta2 = 0.98, BiasCorrection = true };
        var open = new OpenQaOptions { Training = training, ReaderBeamSize = 2, Match = AnswerMatch.Passages };
        new TrainingLoop(world.Objective(open, questions), training, world.At("run"), TimeProvider.System).Run(false, null, null, CancellationToken.None);

        // then many more of them find their article among the first five, in vectors that never moved
        var after = Recall(world, questions);
        Assert.True(after > before + 0.2, $"recall@5 went from {before:P0} to {after:P0}");
    }

    private static double Recall(OpenQaWorld world, IReadOnlyList<QuestionExample> questions)
    {
        var found = world.Index.Search(world.Model.EncodeQueries([.. questions.Select(question => world.Model.Tokenizer.Encode(question.Question))]), 5);
        return questions.Zip(found)
            .Average(pair => world.Blocks.GetBlocks([.. pair.Second.Select(hit => hit.Row)]).Any(block => block.Block.Title == pair.First.Title) ? 1.0 : 0);
    }
}
