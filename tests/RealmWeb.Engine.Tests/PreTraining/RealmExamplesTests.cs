using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.PreTraining;

[Collection(SeededTests.Name)]
public sealed class RealmExamplesTests : IDisposable
{
    private static readonly RealmPreTrainingOptions Options = new()
    {
        Training = new TrainingOptions { BatchSize = 16, Seed = 5 }, Candidates = 4, QueryLength = 24, CandidateLength = 48,
        Refresh = new RefreshOptions { Mode = RefreshMode.Frozen },
    };

    // Twice each, as corpora have it; the same content is one candidate.
    private static readonly MemoryBlockStore Corpus = new([.. TinyModel.Blocks, .. TinyModel.Blocks]);

    private readonly TemporaryFolder _folder = new();
    private readonly RealmModel _model = TinyModel.Create();

    [Fact]
    public void Candidates_BeginWithTheNullDocument_AndLeaveTheSourceOut()
    {
        var null_ = _model.Featurizer.Block([], [], 48).Ids;
        var found = 0;

        foreach (var example in Batch(Options))
        {
            Assert.Equal(4, example.Candidates.Count);
            Assert.Equal(null_, example.Candidates[0].Ids);
            Assert.Equal([.. example.Sentence.Query.Ids, _model.Vocabulary.SepId], example.Joint[0].Ids);
            Assert.DoesNotContain(example.Candidates, row => row.Ids.SequenceEqual(EmbedderInput(example.Sentence.SourceBlock)));
            Assert.Equal(4, example.Candidates.Select(row => string.Join(',', row.Ids)).Distinct().Count());
            found += example.SourceFound ? 1 : 0;
        }

        Assert.InRange(found, 1, 16);
    }

    [Fact]
    public void Candidates_HoldTheSource_WhenTrivialRetrievalIsAllowed()
    {
        var batch = Batch(Options with { TrivialRetrieval = true, NullDocument = false, Candidates = 8 });

        Assert.Contains(batch, example => example.Candidates.Any(row => row.Ids.SequenceEqual(EmbedderInput(example.Sentence.SourceBlock))));
    }

    [Fact]
    public void Candidates_ComeFromTermSearchFirst_AsManyAsAreAskedFor()
    {
        // given a term search that knows the source best: it shares every word but the hidden ones
        var options = Options with { LexicalCandidates = 2, Refresh = Options.Refresh with { EverySteps = 1 } };
        var terms = new MemoryTermIndex(Corpus);
        var foundOtherwise = Batch(options with { LexicalCandidates = 0 });
        var batch = Batch(options, terms);
        var found = 0;

        foreach (var example in batch)
        {
            // Batches are ordered by length, so the same sentence may stand elsewhere.
            var otherwise = foundOtherwise.First(other => other.Sentence.Query.Ids.SequenceEqual(example.Sentence.Query.Ids));
            var byTerms = Corpus.GetBlocks([.. terms.Search(example.Sentence.Text, 20).Select(hit => hit.Row)])
                .Select(block => block.Block.Id).Distinct().Where(id => id != example.Sentence.SourceBlock).Take(2).Select(EmbedderInput).ToList();
            found += byTerms.Count;
            Assert.Equal(byTerms, example.Candidates.Skip(1).Take(byTerms.Count).Select(row => row.Ids));
            // The index gives the others, in its order, none of them twice.
            Assert.Equal(4, example.Candidates.Select(row => string.Join(',', row.Ids)).Distinct().Count());
            var left = otherwise.Candidates.Skip(1).Select(row => row.Ids).Where(ids => !byTerms.Any(ids.SequenceEqual)).ToList();
            var rest = example.Candidates.Skip(1 + byTerms.Count).Select(row => row.Ids).ToList();
            Assert.Equal(left.Take(rest.Count), rest);
        }
        Assert.InRange(found, 16, 32);
        Assert.All(
            Batch(options with { LexicalCandidates = 1, TrivialRetrieval = true }, terms),
            example => Assert.Equal(EmbedderInput(example.Sentence.SourceBlock), example.Candidates[1].Ids));
    }

    [Fact]
    public void Targets_StandWhereTheMasksAre_InQueryAndJointInput()
    {
        foreach (var example in Batch(Options))
        {
            var sentence = example.Sentence;
            var masked = sentence.Query.Ids.Select((id, i) => (id, i)).Where(entry => entry.id == _model.Vocabulary.MaskId).Select(entry => entry.i).ToList();
            Assert.Equal(masked.Take(sentence.Targets.Count), sentence.Targets.Select(target => target.Position));
            Assert.All(example.Joint, joint => Assert.All(sentence.Targets, target => Assert.Equal(_model.Vocabulary.MaskId, joint.Ids[target.Position])));
            // The text that the features are computed from holds none of the hidden words.
            var shown = _model.Tokenizer.Encode(sentence.Text).Count;
            Assert.Equal(sentence.Query.Ids.Length - 2 - masked.Count, Math.Min(shown, sentence.Query.Ids.Length - 2 - masked.Count));
        }
    }

    [Fact]
    public void Candidates_OfAnotherCorpus_ExcludeTheSourceByItsContent()
    {
        // given sentences of one corpus and a retrieval corpus that holds the same block in another place
        using var refresher = Refresher(Options);
        var texts = new[] { Block.Create(TinyModel.Blocks[0].Title, TinyModel.Blocks[0].Text, 999) };
        using var examples = new RealmExamples(_model, texts, Corpus, Masking(), Options, refresher.At);

        Assert.All(examples.Batch(0), example =>
            Assert.DoesNotContain(example.Candidates, row => row.Ids.SequenceEqual(EmbedderInput(TinyModel.Blocks[0].Id))));
    }

    [Fact]
    public void Batch_IsTheSame_WhenItIsDrawnAgain()
    {
        var first = Batch(Options);

        var second = Batch(Options);

        Assert.Equal(first.Select(example => string.Join(',', example.Sentence.Query.Ids)),
            second.Select(example => string.Join(',', example.Sentence.Query.Ids)));
        Assert.Equal(first.Select(example => string.Join(',', example.Candidates[1].Ids)),
            second.Select(example => string.Join(',', example.Candidates[1].Ids)));
    }

    [Fact]
    public void Batch_SaysSo_WhenNothingCanBeMasked()
    {
        using var refresher = Refresher(Options);
        using var examples = new RealmExamples(_model, [Block.Create("", "中文。", 0)], Corpus, Masking(), Options, refresher.At);

        var failure = Assert.ThrowsAny<Exception>(() => examples.Batch(0));

        Assert.Contains("no sentence with anything to mask", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private IReadOnlyList<RealmExample> Batch(RealmPreTrainingOptions options, MemoryTermIndex? terms = null)
    {
        using var refresher = Refresher(options);
        using var examples = new RealmExamples(_model, TinyModel.Blocks, Corpus, Masking(), options, refresher.At, terms);
        return examples.Batch(0);
    }

    private RandomSpanMasking Masking() => new(_model.Vocabulary, new RandomSpanOptions { SingleSpan = true, LongestSpan = 3 });

    private IndexRefresher Refresher(RealmPreTrainingOptions options) => new(
        _model, Corpus, "1", options.Refresh, _folder.At("refresh"), false, options.Training.FarthestBack, [], TimeProvider.System, null,
            CancellationToken.None);

    private int[] EmbedderInput(string blockId)
    {
        var block = TinyModel.Blocks.Single(block => block.Id == blockId);
        return _model.Featurizer.Block(_model.Tokenizer.Encode(block.Title), _model.Tokenizer.Encode(block.Text), 48).Ids;
    }
}
