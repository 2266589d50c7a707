using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Answering;

[Collection(SeededTests.Name)]
public sealed class QuestionAnswererTests : IAsyncLifetime
{
    private const string Question = "Who built the lighthouse of Velm?";

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlockStore _blocks = new(TinyModel.Blocks);
    private readonly RealmModel _model = TinyModel.Create();
    private readonly ModelServer _server;
    private readonly DenseBlockIndex _dense;
    private readonly QuestionAnswerer _answerer;

    public QuestionAnswererTests()
    {
        _server = new ModelServer(_model);
        IndexBuilder.Build(new IndexRequest(_folder.At(""), _blocks, "1", _model, "tiny"), TimeProvider.System, null, CancellationToken.None);
        _dense = IndexFolder.OpenCurrent(_folder.At(""))!;
        _answerer = new QuestionAnswerer(_server, _blocks, _dense, new MemoryTermIndex(_blocks), TimeProvider.System);
    }

    [Theory]
    [InlineData(RetrieverKind.Hybrid)]
    [InlineData(RetrieverKind.Dense)]
    [InlineData(RetrieverKind.Lexical)]
    public async Task AnswerAsync_ShowsSharesThatAddUp(RetrieverKind retriever)
    {
        foreach (var question in TinyModel.Questions.Select(example => example.Question))
        {
            var result = await Answer(question, new AnswerOptions(4, retriever));

            // then blocks and no answer share one mass, and each share is the product that is shown
            Assert.Equal(1, result.Evidence.Sum(evidence => evidence.RetrievalProbability) + result.NullMass, 1e-9);
            foreach (var evidence in result.Evidence)
            {
                Assert.Equal(evidence.Share!.Value, evidence.RetrievalProbability * evidence.ReaderProbability!.Value, 1e-9);
                Assert.InRange(evidence.ReaderProbability.Value, 0, 1);
                Assert.InRange(evidence.Span!.Value.Start, 0, evidence.Span.Value.End - 1);
                Assert.True(evidence.Span.Value.End <= evidence.Block.Block.Text.Length);
                Assert.True(_model.Tokenizer.CountPieces(evidence.Span.Value.Of(evidence.Block.Block.Text)) <= _model.Options.Reader.MaxSpanWidth);
            }
            // and an answer is as probable as the spans that say it
            var best = result.Candidates[0];
            Assert.True(result.Candidates.Sum(candidate => candidate.Probability) <= 1 - result.NullMass + 1e-6);
            Assert.Contains(result.Evidence, evidence => evidence.Block.Block.Text.Contains(best.Text, StringComparison.Ordinal));
            Assert.Equal(result.NullMass > _model.Answering.NoAnswerThreshold, result.NoAnswer);
            Assert.Equal(result.NoAnswer ? null : best.Text, result.Answer);
            Assert.Equal(retriever == RetrieverKind.Lexical ? "" : _dense.Generation, result.Generation);
            // and the block stands first that the answer comes from
            var first = result.Evidence[0];
            Assert.Equal(!result.NoAnswer, first.Agrees && first.Span!.Value.Of(first.Block.Block.Text) == best.Text);
        }
    }

    [Fact]
    public async Task AnswerAsync_RanksByInnerProduct_WhenTheRetrieverIsDense()
    {
        var result = await Answer(Question, new AnswerOptions(8, RetrieverKind.Dense));

        var query = _model.EncodeQueries([_model.Tokenizer.Encode(Question)]);
        var expected = _dense.Search(query, 8)[0];
        Assert.Equal(expected.Select(hit => hit.Row).Order(), result.Evidence.Select(evidence => evidence.Block.Row).Order());
        var retrieved = await _answerer.RetrieveAsync(Question, new AnswerOptions(8, RetrieverKind.Dense), CancellationToken.None);
        Assert.Equal(expected.Select(hit => hit.Row), retrieved.Blocks.Select(block => block.Row));
        Assert.All(expected.Zip(retrieved.DenseScores), pair => Assert.Equal(pair.First.Score, pair.Second, 1e-4));
    }

    [Fact]
    public async Task AnswerAsync_TellsTheStagesInOrder()
    {
        var heard = new Listener();

        var result = await _answerer.AnswerAsync(Question, new AnswerOptions(3), heard, CancellationToken.None);

        Assert.Equal(["encoding", "searching 8", "retrieved 3", "reading 3"], heard.Stages);
        Assert.Equal(result.Evidence.Select(evidence => evidence.Block.Row).Order(), heard.Retrieval.Select(evidence => evidence.Block.Row).Order());
        Assert.All(heard.Retrieval, evidence => Assert.Null(evidence.ReaderProbability));
        Assert.Equal(1, heard.Retrieval.Sum(evidence => evidence.RetrievalProbability), 1e-9);
        Assert.True(result.Timings.Total >= result.Timings.Encode + result.Timings.Search);
    }

    [Fact]
    public async Task AnswerAsync_ReadsOnlyWhatIsNearTheBestInRelevance()
    {
        // given a model that reads nothing but the most relevant passage
        var narrow = _model.WithAnswering(_model.Answering with { ReadingMargin = 0, Temperature = 2 });
        await using var server = new ModelServer(narrow);
        var answerer = new QuestionAnswerer(server, _blocks, _dense, new MemoryTermIndex(_blocks), TimeProvider.System);
        var heard = new Listener();

        var result = await answerer.AnswerAsync(Question, new AnswerOptions(4), heard, CancellationToken.None);

        // then four are shown, and the one that was read has all the mass
        Assert.Contains("reading 1", heard.Stages);
        Assert.Equal(4, result.Evidence.Count);
        var read = Assert.Single(result.Evidence, evidence => evidence.Span is not null);
        Assert.Equal(result.Evidence.Max(evidence => evidence.RetrievalScore), read.RetrievalScore);
        Assert.Equal(1, read.RetrievalProbability + result.NullMass, 1e-9);
        Assert.All(result.Evidence.Where(evidence => evidence != read), evidence =>
            Assert.Equal((0, null, null, false), (evidence.RetrievalProbability, evidence.ReaderProbability, evidence.Share, evidence.Agrees)));
        Assert.InRange(result.Confidence, 1e-9, 1);
    }

    [Fact]
    public async Task AnswerAsync_AnswersEachAskerAsIfAlone_WhenManyAskAtOnce()
    {
        // given what each question gets alone
        var questions = Enumerable.Range(0, 32).Select(i => TinyModel.Questions[i % TinyModel.Questions.Count].Question).ToList();
        var options = new AnswerOptions(3);
        var alone = new List<AnswerResult>();
        foreach (var question in questions)
            alone.Add(await Answer(question, options));

        // when all ask at once
        var together = await Task.WhenAll(questions.Select(question => Task.Run(() => Answer(question, options))));

        // then nothing but rounding differs
        for (var i = 0; i < questions.Count; i++)
        {
            Assert.Equal(alone[i].Evidence.Select(evidence => (evidence.Block.Row, evidence.Span)),
                together[i].Evidence.Select(evidence => (evidence.Block.Row, evidence.Span)));
            Assert.All(alone[i].Evidence.Zip(together[i].Evidence), pair => Assert.Equal(pair.First.Share!.Value, pair.Second.Share!.Value, 1e-4));
            Assert.Equal(alone[i].NullMass, together[i].NullMass, 1e-4);
            Assert.Equal(alone[i].Answer, together[i].Answer);
        }
    }

    [Theory]
    [InlineData(RetrieverKind.Hybrid)]
    [InlineData(RetrieverKind.Dense)]
    [InlineData(RetrieverKind.Lexical)]
    public async Task AnswerAsync_Stops_WhenItIsCancelled(RetrieverKind retriever)
    {
        var options = new AnswerOptions(3, retriever);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _answerer.AnswerAsync("zzz", options, null, new CancellationToken(canceled: true)));

        // also between retrieving and reading
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _answerer.AnswerAsync(Question, options, new Listener(source.Cancel), source.Token));

        // and those who ask afterwards are served
        Assert.NotEmpty((await Answer(Question, options)).Candidates);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    public async Task AnswerAsync_RefusesAnEmptyQuestion(string question)
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Answer(question, new AnswerOptions()));

        Assert.Contains("empty", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerAsync_RefusesWhatIsTooLong()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Answer(new string('a', 1001), new AnswerOptions()));

        Assert.Contains("1001", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Answer(Question, new AnswerOptions(K: 0)));
        await Assert.ThrowsAsync<ArgumentException>(() => Answer(Question, new AnswerOptions(K: 101)));
        // The longest that is allowed has more pieces than the model has positions.
        Assert.NotEmpty((await Answer(string.Concat(Enumerable.Repeat("mill ", 200)), new AnswerOptions())).Evidence);
    }

    [Fact]
    public async Task AnswerAsync_ForgetsDeletedBlocksAtOnce()
    {
        var before = await Answer(Question, new AnswerOptions(8));
        var deleted = before.Evidence[0].Block.Row;

        _blocks.Delete(deleted);

        foreach (var retriever in Enum.GetValues<RetrieverKind>())
        {
            var after = await Answer(Question, new AnswerOptions(8, retriever));
            Assert.NotEmpty(after.Evidence);
            Assert.DoesNotContain(after.Evidence, evidence => evidence.Block.Row == deleted);
        }
    }

    [Fact]
    public async Task AnswerAsync_SaysNoAnswer_WhenNothingIsRetrieved()
    {
        var result = await Answer("zzz qqq", new AnswerOptions(3, RetrieverKind.Lexical));

        Assert.Equal((true, 1.0, 0.0), (result.NoAnswer, result.NullMass, result.Confidence));
        Assert.Null(result.Answer);
        Assert.Empty(result.Evidence);
    }

    [Fact]
    public async Task AnswerAsync_ScoresBlocksThatTheIndexLacks()
    {
        // given a block that came after the index was built
        var grown = new MemoryBlockStore([.. TinyModel.Blocks, Block.Create("Lighthouse", "The lighthouse of Velm shines green.", 0)]);
        var answerer = new QuestionAnswerer(_server, grown, _dense, new MemoryTermIndex(grown), TimeProvider.System);

        var result = await answerer.AnswerAsync(Question, new AnswerOptions(9), null, CancellationToken.None);

        Assert.Contains(result.Evidence, evidence => evidence.Block.Row == 9);
        Assert.All(result.Evidence, evidence => Assert.True(double.IsFinite(evidence.Share!.Value)));
    }

    [Fact]
    public async Task RetrieveAsync_FillsItsListWithLiveBlocks_WhenTheBestOnesWereDeleted()
    {
        // given all but two blocks deleted since the index was built
        foreach (var row in _blocks.EnumerateRows().SkipLast(2).ToList())
            _blocks.Delete(row);
        var live = _blocks.EnumerateRows().ToList();
        var answerer = new QuestionAnswerer(_server, _blocks, _dense, new MemoryTermIndex(_blocks), TimeProvider.System, DeletedRows.Filter(_dense, _blocks));

        var found = await answerer.RetrieveAsync(Question, new AnswerOptions(2, RetrieverKind.Dense), CancellationToken.None);

        Assert.Equal(live, found.Blocks.Select(block => block.Row).Order());
        Assert.Null(DeletedRows.Filter(_dense, new MemoryBlockStore(TinyModel.Blocks)));
    }

    [Theory]
    [InlineData(1, 0, 0, null, 0)]
    [InlineData(0, 1, 0, null, 0)]
    [InlineData(0.5, 0.5, 0.3, null, 0)]
    [InlineData(0.5, 0.5, 0, 2.0, 0)]
    [InlineData(0, 0, 0, null, 1)]
    [InlineData(0.5, 0.5, 0, null, 5)]
    public async Task RetrieveAsync_OrdersByTheMixture_WhenTheModelHasOne(double dense, double lexical, double fading, double? unlisted, double terms)
    {
        // given a model with a mixture, and the candidates of both lists
        var mixture = new RetrievalMixture(dense, lexical, fading, Typical: 1, unlisted, terms == 0 ? null : new(terms, 2 * terms));
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Mixture = mixture });
        await using var server = new ModelServer(model);
        var answerer = new QuestionAnswerer(server, _blocks, _dense, new MemoryTermIndex(_blocks), TimeProvider.System);
        var both = await answerer.RetrieveBothAsync(Question, CancellationToken.None);

        var found = await answerer.RetrieveAsync(Question, new AnswerOptions(3), CancellationToken.None);

        // then the best by the mixture's score come back, and p(z|x) before reading is its softmax
        var best = both.Max(candidate => candidate.Dense);
        double Score(ScoredBlock candidate) => mixture.Score(candidate.Dense, candidate.Lexical, candidate.IsListed, best, candidate.Match);
        var expected = both.OrderByDescending(Score)
            .ThenBy(candidate => candidate.Block.Row).Take(3).ToList();
        Assert.Equal(expected.Select(candidate => candidate.Block.Row), found.Blocks.Select(block => block.Row));
        var odds = expected.Select(candidate => Math.Exp(Score(candidate))).ToList();
        Assert.All(found.Unread().Zip(odds), pair => Assert.Equal(pair.Second / odds.Sum(), pair.First.RetrievalProbability, 1e-6));
        Assert.Equal(
            expected.Select(candidate => unlisted is null || candidate.IsListed ? candidate.Lexical : 0), found.LexicalScores.Select(score => (double)score));
    }

    [Fact]
    public async Task AnswerAsync_WeighsAllRetrieversAlike_WhenTheModelHasAMixture()
    {
        // given relevance by a mixture, to which a bias of no answer was fitted
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Mixture = new RetrievalMixture(1.5, 0.3, 0.2, Typical: 1), NullBias = 2 });
        await using var server = new ModelServer(model);
        var terms = new MemoryTermIndex(_blocks);
        var answerer = new QuestionAnswerer(server, _blocks, _dense, terms, TimeProvider.System);
        var all = new AnswerOptions(8);

        var hybrid = await answerer.AnswerAsync(Question, all, null, CancellationToken.None);
        var dense = await answerer.AnswerAsync(Question, all with { Retriever = RetrieverKind.Dense }, null, CancellationToken.None);
        var byTerms = await answerer.AnswerAsync(Question, all with { Retriever = RetrieverKind.Lexical }, null, CancellationToken.None);
        var unindexed = await new QuestionAnswerer(server, _blocks, null, terms, TimeProvider.System).AnswerAsync(Question, all, null, CancellationToken.None);

        // then the same blocks count the same, whichever list brought them and whether or not an index holds their vectors
        Assert.Equal(hybrid.NullMass, dense.NullMass, 1e-6);
        Assert.Equal(byTerms.NullMass, unindexed.NullMass, 1e-3);
        Assert.Equal(terms.Search(Question, 8).Select(hit => hit.Row).Order(), byTerms.Evidence.Select(evidence => evidence.Block.Row).Order());
        var odds = hybrid.Evidence.ToDictionary(evidence => evidence.Block.Row, evidence => evidence.Share!.Value / hybrid.NullMass);
        Assert.All(byTerms.Evidence.Zip(byTerms.Evidence.Skip(1)), pair => Assert.Equal(
            odds[pair.First.Block.Row] / odds[pair.Second.Block.Row], pair.First.Share!.Value / pair.Second.Share!.Value, 1e-3));
    }

    [Fact]
    public async Task AnswerAsync_RefusesLess_TheRarerTheWordsThatAPassageHolds()
    {
        // given relevance that is the mixture's, with and without a weight of the greatest BM25
        var options = TinyModel.Options with { Reader = TinyModel.Options.Reader with { RelevanceWeights = false } };
        var mixture = new RetrievalMixture(1.5, 0.3, 0.2, Typical: 1);
        var terms = new MemoryTermIndex(_blocks);
        async Task<AnswerResult> AskAsync(RetrievalMixture mixture)
        {
            using var model = TinyModel.Create(options: options).WithAnswering(new AnsweringDefaults { Mixture = mixture, NullBias = 2 });
            await using var server = new ModelServer(model);
            return await new QuestionAnswerer(server, _blocks, _dense, terms, TimeProvider.System)
                .AnswerAsync(Question, new AnswerOptions(3), null, CancellationToken.None);
        }

        var without = await AskAsync(mixture);
        var with = await AskAsync(mixture with { Rarity = 0.1 });

        // then the odds of an answer rise by what it counts, times how much words count, and the order stays
        var query = _model.EncodeQueries([_model.Tokenizer.Encode(Question)]);
        var best = _dense.Search(query, 1, CancellationToken.None)[0][0].Score;
        var words = Math.Exp(-0.2 * (best - 1));
        Assert.Equal(
            PlattScaling.LogOdds(without.NullMass) - 0.1 * words * terms.Search(Question, 1)[0].Score, PlattScaling.LogOdds(with.NullMass), 1e-4);
        Assert.Equal(without.Evidence.Select(evidence => evidence.Block.Row), with.Evidence.Select(evidence => evidence.Block.Row));
        Assert.All(without.Evidence.Zip(with.Evidence), pair => Assert.Equal(
            pair.First.RetrievalProbability / (1 - without.NullMass), pair.Second.RetrievalProbability / (1 - with.NullMass), 1e-4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RetrieveAsync_EmbedsWhatTheIndexLacks_WhenTheModelHasAMixture(bool halves)
    {
        // given a block that came after the index was built
        var options = TinyModel.Options with { Retriever = TinyModel.Options.Retriever with { EmbedsHalves = halves } };
        using var model = TinyModel.Create(options: options).WithAnswering(new AnsweringDefaults { Mixture = new RetrievalMixture(1, 1) });
        await using var server = new ModelServer(model);
        var added = Block.Create("Lighthouse", string.Join(' ', Enumerable.Range(0, 20).Select(i => $"The lighthouse of Velm shines green {i}.")), 0);
        var grown = new MemoryBlockStore([.. TinyModel.Blocks, added]);
        var answerer = new QuestionAnswerer(server, grown, _dense, new MemoryTermIndex(grown), TimeProvider.System);

        var found = await answerer.RetrieveAsync(Question, new AnswerOptions(9), CancellationToken.None);

        var query = model.EncodeQueries([model.Tokenizer.Encode(Question)]);
        var place = found.Blocks.Select(block => block.Row).ToList().IndexOf(9);
        var texts = halves ? BlockHalves.WithHalves(added) : [added];
        Assert.Equal(texts.Max(text => InnerProduct.Of(query, model.Encode([text], CancellationToken.None))), found.DenseScores[place], 1e-4);
        Assert.Equal(halves ? 3 : 1, texts.Count);
    }

    [Fact]
    public async Task RetrieveBothAsync_KnowsTheTermsOfBlocksThatOnlyTheDenseListBrought()
    {
        // given lists of one candidate each that differ, and a block that both searches score
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Beam = 1 });
        await using var server = new ModelServer(model);
        var terms = new MemoryTermIndex(_blocks);
        var answerer = new QuestionAnswerer(server, _blocks, _dense, terms, TimeProvider.System);
        var scores = terms.Search(Question, 100).ToDictionary(hit => hit.Row, hit => (double)hit.Score);

        var both = await answerer.RetrieveBothAsync(Question, CancellationToken.None);

        Assert.Equal((2, 1), (both.Count, both.Count(candidate => candidate.IsListed)));
        Assert.All(both, candidate => Assert.Equal(scores.GetValueOrDefault(candidate.Block.Row), candidate.Lexical));
    }

    [Fact]
    public async Task AnswerAsync_RefusesRather_WherePassagesHoldTheTermsApart()
    {
        async Task<double> NullMassAsync(string question, double nullScatter)
        {
            using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { NullScatter = nullScatter });
            await using var server = new ModelServer(model);
            var blocks = new MemoryBlockStore([Block.Create("", "Anna built the lighthouse. The harbour was dug in 1871.", 0)]);
            var answerer = new QuestionAnswerer(server, blocks, null, new MemoryTermIndex(blocks), TimeProvider.System);
            return (await answerer.AnswerAsync(question, new AnswerOptions(1, RetrieverKind.Lexical), null, CancellationToken.None)).NullMass;
        }

        Assert.True(await NullMassAsync("lighthouse dug", 3) > await NullMassAsync("lighthouse dug", 0));
        Assert.Equal(await NullMassAsync("lighthouse built", 0), await NullMassAsync("lighthouse built", 3), 1e-6);
    }

    [Fact]
    public async Task AnswerAsync_NeedsAnIndex_WhenTheRetrieverIsDense()
    {
        var answerer = new QuestionAnswerer(_server, _blocks, null, new MemoryTermIndex(_blocks), TimeProvider.System);

        await Assert.ThrowsAsync<IndexException>(() => answerer.AnswerAsync(Question, new AnswerOptions(3, RetrieverKind.Dense), null, CancellationToken.None));

        Assert.NotEmpty((await answerer.AnswerAsync(Question, new AnswerOptions(3), null, CancellationToken.None)).Candidates);
    }

    [Fact]
    public async Task ReadAsync_FindsNoSpan_WhenTheBlockHasNoText()
    {
        Block[] blocks = [Block.Create("", "", 0), Block.Create("", "Velm.", 0)];

        var reading = await _server.ReadAsync(Question, _model.Tokenizer.Encode(Question), blocks, CancellationToken.None);

        Assert.Empty(reading[0].Spans);
        Assert.NotEmpty(reading[1].Spans);
        Assert.Equal(new RealmWeb.Engine.Text.TextSpan(0, 4), reading[1].Spans.Single(span => span.Span.Of("Velm.") == "Velm").Span);
    }

    [Fact]
    public async Task ReadAsync_ReadsTheContext_AndMarksNothingInIt()
    {
        Block[] blocks = [Block.Create("", "Velm.", 40, "Town | Lighthouse of Anna"), Block.Create("", "Velm.", 40)];

        var reading = await _server.ReadAsync(Question, _model.Tokenizer.Encode(Question), blocks, CancellationToken.None);

        Assert.NotEqual(reading[0].LogSumExp, reading[1].LogSumExp);
        Assert.All(reading, read => Assert.All(read.Spans, span => Assert.InRange(span.Span.End, span.Span.Start + 1, "Velm.".Length)));
        Assert.Equal(reading[1].Spans.Select(span => span.Span).ToHashSet(), reading[0].Spans.Select(span => span.Span).ToHashSet());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _dense.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    private Task<AnswerResult> Answer(string question, AnswerOptions options) => _answerer.AnswerAsync(question, options, null, CancellationToken.None);

    private sealed class Listener(Action? onReading = null) : IAnswerObserver
    {
        public List<string> Stages { get; } = [];

        public IReadOnlyList<Evidence> Retrieval { get; private set; } = [];

        public void Encoding() => Stages.Add("encoding");

        public void Searching(long blocks) => Stages.Add($"searching {blocks}");

        public void Retrieved(IReadOnlyList<Evidence> evidence)
        {
            Stages.Add($"retrieved {evidence.Count}");
            Retrieval = evidence;
        }

        public void Reading(int blocks)
        {
            Stages.Add($"reading {blocks}");
            onReading?.Invoke();
        }
    }
}
