using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Tests.FineTuning;

public sealed class PassageExamplesTests
{
    private static readonly WordPieceTokenizer Tokenizer = TinyModel.Tokenizer;
    private static readonly RetrieverInputs Inputs =
        new(Tokenizer, new Featurizer(Tokenizer.Vocabulary), TinyModel.Options.Encoder, TinyModel.Options.Retriever);
    private static readonly LexicalFeatures Features = new(TinyModel.Tokenizer, TinyModel.Statistics);

    [Fact]
    public void Draw_ShowsTheAnswerInItsWindow_WhateverTheWindow()
    {
        // given one question whose answer is "Swallow", with windows much smaller than the passage
        var examples = new PassageExamples(Tokenizer, null, new PassageOptions { WindowPieces = 9, WrongPassage = 0 }, [([TinyModel.Questions[5]], 1)]);
        var answer = Tokenizer.Encode("Swallow").Select(piece => piece.Id).ToList();
        var starts = new HashSet<int>();

        for (var i = 0; i < 200; i++)
        {
            // when it is drawn
            var candidate = Assert.Single(examples.Draw(SeededRandom.At(1, i)).Candidates);

            // then the gold span is the answer's pieces
            var gold = Assert.Single(candidate.GoldSpans);
            Assert.Equal(answer, candidate.Row.Ids[gold.Start..gold.End]);
            Assert.Equal(9, candidate.Row.BlockPieces);
            starts.Add(gold.Start);
        }
        Assert.True(starts.Count > 3, "The answer always stands at the same place of the window.");
    }

    [Fact]
    public void Draw_MarksTheAnswer_WhenPassagesAreJoined()
    {
        // given two passages of one article that are always joined
        var first = TinyModel.Questions[0] with { Title = "Velm" };
        var second = TinyModel.Questions[5] with { Title = "Velm" };
        var examples = new PassageExamples(Tokenizer, Features, new PassageOptions { JoinNeighbour = 1, WrongPassage = 0 }, [([first, second], 1)]);
        var joined = 0;
        for (var i = 0; i < 60; i++)
        {
            var candidate = Assert.Single(examples.Draw(SeededRandom.At(2, i)).Candidates);

            // then the gold span still says the answer, wherever it went
            var said = string.Concat(candidate.Row.Ids[candidate.GoldSpans[0].Start..candidate.GoldSpans[0].End].Select(Tokenizer.Token))
                .Replace("##", "", StringComparison.Ordinal);
            Assert.Contains(said, (string[])["annakroll", "swallow"]);
            Assert.Equal(candidate.Row.BlockPieces * LexicalFeatures.Count, candidate.Row.Features!.Length);
            joined += candidate.Row.BlockPieces > Tokenizer.CountPieces(first.Context!) + 5 ? 1 : 0;
        }
        Assert.InRange(joined, 10, 50);
    }

    [Fact]
    public void Draw_MakesNoAnswerRight_WhenThePassageIsWrong()
    {
        var first = TinyModel.Questions[0] with { Title = "Velm" };
        var second = TinyModel.Questions[2] with { Title = "Velm" };
        var examples = new PassageExamples(Tokenizer, null, new PassageOptions { JoinNeighbour = 0, WrongPassage = 1 }, [([first, second], 1)]);

        var groups = Enumerable.Range(0, 60).Select(i => examples.Draw(SeededRandom.At(3, i))).ToList();

        // Half of the draws pick the right passage as the "other" one and keep it.
        Assert.InRange(groups.Count(group => group.IsUnanswerable), 15, 45);
    }

    [Fact]
    public void Draw_MakesNoAnswerRight_WhenTheQuestionIsAltered()
    {
        var question = TinyModel.Questions[0] with { Question = "Who did build the first lighthouse?" };
        var options = new PassageOptions { JoinNeighbour = 0, WrongPassage = 0 };
        var plain = new PassageExamples(Tokenizer, null, options, [([question], 1)]);
        var altered = new PassageExamples(Tokenizer, null, options with { AlteredQuestion = 1 }, [([question], 1)]);

        Assert.False(plain.Draw(SeededRandom.At(3, 0)).IsUnanswerable);
        var group = altered.Draw(SeededRandom.At(3, 0));

        // then the reader sees another question before the same passage
        Assert.True(group.IsUnanswerable);
        Assert.NotEqual(plain.Draw(SeededRandom.At(3, 0)).Candidates[0].Row.Ids, group.Candidates[0].Row.Ids);
    }

    [Fact]
    public void Draw_FollowsTheWeights()
    {
        var examples = new PassageExamples(
            Tokenizer, null, new PassageOptions { WrongPassage = 0 },
                [([TinyModel.Questions[0]], 3), ([TinyModel.Questions[9]], 1), ([TinyModel.Questions[3]], 0)]);

        var unanswerable = Enumerable.Range(0, 400).Count(i => examples.Draw(SeededRandom.At(4, i)).IsUnanswerable);

        Assert.InRange(unanswerable, 70, 130);
        Assert.Equal(2, examples.Count);
    }

    [Fact]
    public void Constructor_SaysWhatIsMissing_WhenNoLineHasAPassage()
    {
        var bare = new QuestionExample("1", "Who?", ["Ada"], null, null, null, null, false);

        var failure = Assert.Throws<ArgumentException>(() => new PassageExamples(Tokenizer, null, new PassageOptions(), [([bare], 1)]));

        Assert.Contains("context", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PieceSpan_CoversTheCharacters()
    {
        var pieces = Tokenizer.Encode("The harbour of Velm");

        var span = PassageExamples.PieceSpan(pieces, new TextSpan(4, 11));

        Assert.Equal(4, pieces[span.Start].Start);
        Assert.Equal(11, pieces[span.End - 1].End);
        Assert.Equal(0, PassageExamples.PieceSpan(pieces, new TextSpan(100, 110)).Length);
    }

    [Fact]
    public void QuestionBlockExamples_PairAQuestionWithItsPassage()
    {
        var examples = new QuestionBlockExamples(Inputs, TinyModel.Questions, 20);

        Assert.Equal(9, examples.Count);
        for (var i = 0; i < 40; i++)
        {
            var pair = examples.Draw(SeededRandom.At(5, i));
            Assert.True(pair.Length <= 20);
            Assert.Contains(TinyModel.Questions, question => Ids(question.Question).SequenceEqual(pair.Query.Ids[1..^1])
                && Ids(question.Title!).SequenceEqual(pair.Block.Ids[1..(pair.Block.BlockStart - 1)])
                && Ids(question.Context!).Take(pair.Block.BlockPieces).SequenceEqual(pair.Block.Ids[pair.Block.BlockStart..^1]));
        }
    }

    [Fact]
    public void QuestionBlockExamples_FollowTheWeights_WhereTheyDiffer()
    {
        IReadOnlyList<QuestionExample> one = [TinyModel.Questions[0]], others = [.. TinyModel.Questions.Skip(4).Take(4)];
        var weighted = Examples((one, 3), (others, 1), ([TinyModel.Questions[1]], 0));
        var alike = Examples((one, 2), (others, 2));
        IReadOnlyList<QuestionExample> all = [.. one, .. others];
        var together = new QuestionBlockExamples(Inputs, all, 64);

        var drawn = Enumerable.Range(0, 400).Count(i => IsOf(one[0], weighted.Draw(SeededRandom.At(7, i))));

        Assert.InRange(drawn, 270, 330);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(
            together.Draw(SeededRandom.At(7, i)).Query.Ids, alike.Draw(SeededRandom.At(7, i)).Query.Ids));
        Assert.Equal(weighted.Draw(SeededRandom.At(7, 5)).Query.Ids, weighted.Draw(SeededRandom.At(7, 5)).Query.Ids);
        Assert.Equal(5, weighted.Count);

        QuestionBlockExamples Examples(params (IReadOnlyList<QuestionExample>, double)[] sets) => new(Inputs, sets, 64);

        bool IsOf(QuestionExample question, RetrievalPair pair) => Ids(question.Question).SequenceEqual(pair.Query.Ids[1..^1]);
    }

    [Fact]
    public void InverseCloze_TakesTheSentenceOutOfItsBlock()
    {
        var examples = new InverseClozeExamples(Inputs, TinyModel.Blocks, removeProbability: 1);
        for (var i = 0; i < 60; i++)
        {
            var pair = examples.Draw(SeededRandom.At(6, i));

            // then query and rest are the block's sentences, and the sentence does not stand in the rest
            var query = pair.Query.Ids[1..^1];
            var body = pair.Block.Ids[pair.Block.BlockStart..^1];
            Assert.Equal(-1, body.AsSpan().IndexOf(query));
            var block = Assert.Single(TinyModel.Blocks, each => Ids(each.Title).SequenceEqual(pair.Block.Ids[1..(pair.Block.BlockStart - 1)]));
            Assert.Equal(Ids(block.Text).Order(), query.Concat(body).Order());
        }
    }

    [Fact]
    public void InverseCloze_KeepsTheSentence_WhenItIsNotToBeRemoved()
    {
        var examples = new InverseClozeExamples(Inputs, TinyModel.Blocks, removeProbability: 0);
        for (var i = 0; i < 30; i++)
        {
            var pair = examples.Draw(SeededRandom.At(7, i));
            Assert.NotEqual(-1, pair.Block.Ids.AsSpan(pair.Block.BlockStart).IndexOf(pair.Query.Ids.AsSpan()[1..^1]));
        }
    }

    [Fact]
    public void InverseCloze_SaysSo_WhenNoBlockHasASentenceToTakeOut()
    {
        var examples = new InverseClozeExamples(
            Inputs, [Block.Create("Title", "Only one sentence stands in here.", 0), Block.Create("Empty", "", 0)], removeProbability: 1);

        var failure = Assert.Throws<InvalidOperationException>(() => examples.Draw(new Random(1)));

        Assert.Contains("2 passages", failure.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Ids(string text) => Tokenizer.Encode(text).Select(piece => piece.Id);
}
