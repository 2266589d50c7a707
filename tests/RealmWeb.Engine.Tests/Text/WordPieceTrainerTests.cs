using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public class WordPieceTrainerTests
{
    [Fact]
    public void Train_MergesMostFrequentPairsFirst()
    {
        // h-u 15 times, u-g 20 times, p-u 17, u-n 16, g-s 5: first ug, then un, then hug (15).
        var texts = Times("hug", 10).Concat(Times("pug", 5)).Concat(Times("pun", 12)).Concat(Times("bun", 4)).Concat(Times("hugs", 5));

        var vocabulary = WordPieceTrainer.Train(texts, 5 + 7 + 3);

        Assert.Equal(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##g", "##n", "##s", "##u", "b", "h", "p", "##ug", "##un", "hug"], vocabulary.Tokens);
    }

    [Fact]
    public void Train_GivesTheSame_WhateverTheOrderOfTexts()
    {
        string[] texts = ["The cat sat on the mat.", "A cat, a hat; that cat!", "Cathedrals attract attention", "hats that matter"];

        var forward = WordPieceTrainer.Train(texts, 50);
        var backward = WordPieceTrainer.Train(texts.Reverse(), 50);

        Assert.Equal(forward.Tokens, backward.Tokens);
        Assert.Equal(50, forward.Count);
        Assert.DoesNotContain(forward.Tokens.Skip(5), token => token.Any(char.IsUpper));
    }

    [Fact]
    public void Train_CoversItsTexts_WithoutUnknownPieces()
    {
        string[] texts = ["Übermut tut selten gut", "naïve café 中文 1984!"];

        var tokenizer = new WordPieceTokenizer(WordPieceTrainer.Train(texts, 200));

        Assert.All(texts, text => Assert.DoesNotContain(tokenizer.Encode(text), piece => piece.Id == tokenizer.Vocabulary.UnknownId));
    }

    [Fact]
    public void Train_LeavesOutRareCharacters_WhenTheAlphabetIsFull()
    {
        var common = Times("abc", 3);
        // 200 ideographs once each: the 80 most frequent characters are kept, ordinal order settles ties.
        var rare = string.Concat(Enumerable.Range(0x4E00, 200).Select(value => (char)value));

        var vocabulary = WordPieceTrainer.Train(common.Append(rare), 100);

        Assert.Contains("abc", vocabulary.Tokens);
        Assert.Contains("\u4E00", vocabulary.Tokens);
        Assert.DoesNotContain("\u4EC7", vocabulary.Tokens);
    }

    [Fact]
    public void Train_SaysWhatToDo_WhenThereIsNoWordOrNoRoom()
    {
        Assert.Contains("no word", Assert.Throws<ArgumentException>(() => WordPieceTrainer.Train([" ", ""], 100)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 10", Assert.Throws<ArgumentException>(() => WordPieceTrainer.Train(["abc bca"], 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Stops_WhenCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => WordPieceTrainer.Train(["some text"], 100, cancellationToken: source.Token));
    }

    private static IEnumerable<string> Times(string text, int count) => Enumerable.Repeat(text, count);
}
