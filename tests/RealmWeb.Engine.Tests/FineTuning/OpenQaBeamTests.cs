using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.FineTuning;

[Collection(SeededTests.Name)]
public sealed class OpenQaBeamTests : IDisposable
{
    private readonly RealmModel _model = TinyModel.Create();
    private readonly MemoryBlockStore _blocks = new(TinyModel.Blocks);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("velm", false, true)]
    [InlineData("Velm", true, true)]
    [InlineData("arbour", true, false)]
    [InlineData("HARBOUR", false, true)]
    [InlineData("Anna  Kroll", false, true)]
    [InlineData("Zebra", false, false)]
    public void Judge_FollowsItsNotionOfAMatch(string answer, bool substring, bool pieces)
    {
        var question = Prepare(new QuestionExample("1", "What?", [answer], null, null, null, null, false));
        var block = new BlockText(_model, TinyModel.Blocks[0]);

        Assert.Equal(substring ? Verdict.Right : Verdict.Wrong, new AnswerMatching(AnswerMatch.Substring, 96).Judge(question, 1, block));
        Assert.Equal(pieces ? Verdict.Right : Verdict.Wrong, new AnswerMatching(AnswerMatch.Pieces, 96).Judge(question, 1, block));
    }

    [Fact]
    public void Spans_AreEveryPlaceByPieces_WhateverTheRetrieverMatches()
    {
        // given an answer that stands twice, once capitalised
        var block = new BlockText(_model, Block.Create("", "The mill. A baker bought the Mill.", 0));
        var question = Prepare(new QuestionExample("1", "What?", ["the mill"], null, null, null, null, false));

        var spans = new AnswerMatching(AnswerMatch.Substring, 96).Spans(question, 1, block);

        Assert.Equal(["The mill", "the Mill"], spans.Select(span => block.Text[block.Body[span.Start].Start..block.Body[span.End - 1].End]));
    }

    [Fact]
    public void Places_MayOverlap() =>
        Assert.Equal([new TextSpan(0, 3), new(2, 5)], AnswerMatching.Places([7, 8, 7, 8, 7, 8], 5, [7, 8, 7]));

    [Fact]
    public void Compose_IsTheReleasedBeam_WhenNothingElseIsAskedFor()
    {
        // given what the index found for a question of which only the answer is known
        var question = Prepare(TinyModel.Questions[4] with { Context = null, AnswerStarts = null });
        var beam = Compose(new OpenQaOptions(), question, [Row("Market"), Row("Bridge"), Row("Mill"), Row("School")]);

        Assert.Equal([Row("Market"), Row("Bridge"), Row("Mill"), Row("School")], beam.Rows);
        Assert.Equal([false, true, false, false], beam.Right);
        Assert.Equal([0, 1, 2], beam.Read);
        Assert.False(beam.Group.IsUnanswerable);
    }

    [Fact]
    public void Compose_AddsTheBlockOfTheLinesPassage_ToBothBeams()
    {
        var question = Prepare(TinyModel.Questions[4]);

        var beam = Compose(new OpenQaOptions(), question, [Row("Market"), Row("Castle"), Row("Mill")]);

        Assert.Equal([Row("Market"), Row("Castle"), Row("Mill"), Row("Bridge")], beam.Rows);
        Assert.Equal([false, false, false, true], beam.Right);
        Assert.Equal(beam.Right, beam.Known);
        Assert.Equal([0, 1, 3], beam.Read);
        var span = Assert.Single(beam.Group.Candidates[2].GoldSpans);
        Assert.Equal(_model.Tokenizer.Encode("seven").Select(piece => piece.Id), beam.Group.Candidates[2].Row.Ids[span.Start..span.End]);
    }

    [Fact]
    public void Compose_LeavesTheLinesPassageOut_WhenToldTo()
    {
        var question = Prepare(TinyModel.Questions[4], goldPassages: false);

        var beam = Compose(new OpenQaOptions { GoldPassages = false }, question, [Row("Market"), Row("Castle"), Row("Mill")]);

        Assert.Equal([Row("Market"), Row("Castle"), Row("Mill")], beam.Rows);
        Assert.DoesNotContain(true, beam.Right);
    }

    [Fact]
    public void Compose_HoldsWordsAloneForNothing_WhenPassagesCount()
    {
        // given "Velm", which the article on the harbour answers with and that on the railway merely has
        var railway = TinyModel.Articles[4].Text;
        var question = Prepare(
            new QuestionExample("1", "Where did the railway go?", ["Velm"], null, railway, [railway.IndexOf("Velm", StringComparison.Ordinal)], null, false));

        var beam = Compose(new OpenQaOptions { Match = AnswerMatch.Passages }, question, [Row("Harbour"), Row("Mill"), Row("Railway")]);

        Assert.Equal([Row("Mill"), Row("Railway")], beam.Rows);
        Assert.Equal([false, true], beam.Right);
    }

    [Fact]
    public void Compose_GoesByWhatAnnotatorsSaid_BeforeAnyMatch()
    {
        // given grades for three blocks: the one with the words does not answer, one is merely related, one answers in words of its own
        var mill = TinyModel.Articles[1].Text;
        var marked = new TextSpan(
            mill.IndexOf("Tomas Reed", StringComparison.Ordinal), mill.IndexOf("Tomas Reed", StringComparison.Ordinal) + "Tomas Reed".Length);
        var question = Prepare(new QuestionExample("1", "Who?", ["Anna Kroll"], null, null, null, null, false)
        {
            Passages = [new(null, TinyModel.Blocks[0].Id, 0, null), new(TinyModel.Articles[2].Text, null, 1, null), new(mill, null, 2, marked)],
        });

        var beam = Compose(new OpenQaOptions { HardNegativeShare = 0.34 }, question, [Row("Orchard"), Row("Castle"), Row("School"), Row("Market")]);

        Assert.Equal([Row("Castle"), Row("School"), Row("Market"), Row("Harbour"), Row("Mill")], beam.Rows);
        Assert.Equal([false, false, false, false, true], beam.Right);
        Assert.Contains(3, beam.Read);
        var read = Array.IndexOf(beam.Read, 4);
        var span = Assert.Single(beam.Group.Candidates[read].GoldSpans);
        Assert.Equal(_model.Tokenizer.Encode("Tomas Reed").Select(piece => piece.Id), beam.Group.Candidates[read].Row.Ids[span.Start..span.End]);
        Assert.All(beam.Group.Candidates.Where((_, i) => i != read), candidate => Assert.Empty(candidate.GoldSpans));
    }

    [Fact]
    public void Compose_ReadsTheBestByTermsThatDoNotAnswer_AsHardNegatives()
    {
        // given that two of three blocks read are to be hard negatives
        var question = Prepare(TinyModel.Questions[4] with { Context = null, AnswerStarts = null });
        BlockHit[] lexical = [new(Row("Bridge"), 5), new(Row("Castle"), 4), new(Row("Railway"), 3)];

        var beam = Compose(new OpenQaOptions { HardNegativeShare = 0.67 }, question, [Row("Market"), Row("Bridge"), Row("Mill")], lexical);

        Assert.Equal([Row("Market"), Row("Castle"), Row("Railway")], beam.Read.Select(place => beam.Rows[place]));
        Assert.Equal([0f, 4, 3], beam.Group.Candidates.Select(candidate => candidate.LexicalScore));
    }

    [Fact]
    public void Compose_ReadsWhatAnsweringReads_WhenHybrid()
    {
        var question = Prepare(TinyModel.Questions[4] with { Context = null, AnswerStarts = null });
        BlockHit[] lexical = [new(Row("Bridge"), 5), new(Row("Castle"), 4)];
        long[] dense = [Row("Market"), Row("Castle"), Row("Mill")];

        var beam = Compose(new OpenQaOptions { ReadBeam = RetrieverKind.Hybrid }, question, dense, lexical);

        var merged = RankFusion.Merge(3, (lexical, 1), ([.. dense.Select(row => new BlockHit(row, 0))], _model.Answering.DenseFusionWeight));
        Assert.Equal(merged, beam.Read.Select(place => beam.Rows[place]));
    }

    [Fact]
    public void Compose_MakesNoAnswerRight_ForAQuestionWithoutOne()
    {
        // given an unanswerable question with the passage that it was asked on
        var question = Prepare(TinyModel.Questions[^1]);

        var beam = Compose(new OpenQaOptions { HardNegativeShare = 0.34 }, question, [Row("Market"), Row("Bridge"), Row("Mill"), Row("School")]);

        // then that passage is a hard negative
        Assert.True(beam.Group.IsUnanswerable);
        Assert.DoesNotContain(true, beam.Right);
        Assert.Contains(Array.IndexOf(beam.Rows, Row("Harbour")), beam.Read);
        Assert.All(beam.Group.Candidates, candidate => Assert.Empty(candidate.GoldSpans));
    }

    [Fact]
    public void Compose_PassesOverBlocksThatAreGone()
    {
        var question = Prepare(TinyModel.Questions[4]);
        _blocks.Delete(Row("Bridge"));

        var beam = Compose(new OpenQaOptions(), question, [Row("Market"), Row("Bridge"), Row("Mill")]);

        Assert.Equal([Row("Market"), Row("Mill")], beam.Rows);
    }

    private static long Row(string title) => 1 + TinyModel.Articles.ToList().FindIndex(article => article.Title == title);

    private OpenQaQuestion Prepare(QuestionExample example, bool goldPassages = true) =>
        new OpenQaExamples(_model, _blocks, goldPassages, [([example], 1)], CancellationToken.None).Draw(new Random(1));

    private OpenQaBeam Compose(OpenQaOptions options, OpenQaQuestion question, IEnumerable<long> dense, IReadOnlyList<BlockHit>? lexical = null)
    {
        var beams = new OpenQaBeams(options, _model, new BlockTexts(_model, _blocks), new AnswerMatching(options.Match, _model.ReaderLength), readBeam: 3);
        // The first draws of this generator are 0.25 and 0.11, so that shares are rounded down.
        return beams.Compose(question, new Random(1), [.. dense.Select((row, rank) => new BlockHit(row, -rank))], lexical ?? []);
    }
}
