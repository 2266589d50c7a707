using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class SalientSpanMaskingTests
{
    private static readonly Vocabulary Vocabulary = MaskingVocabulary.Value;

    [Fact]
    public void Mask_HidesOneSpanWhole_EachAsOftenAsTheOthers()
    {
        // given a sentence with two spans, of which the second has accents that lower-casing takes away
        const string sentence = "Zoé was born in Čapljina";
        var pieces = MaskingVocabulary.Tokenizer.Encode(sentence);
        var masking = new SalientSpanMasking(new Marked(sentence, "Zoé", "Čapljina"), Vocabulary);
        var drawn = new Dictionary<string, int>();
        for (var seed = 0; seed < 400; seed++)
        {
            var masked = masking.Mask(sentence, pieces, new Random(seed))!;

            // then the targets are all pieces of one of them, hidden, and everything else stands
            var word = string.Concat(masked.Targets.Select(target => Vocabulary.Token(target.Piece).Replace("##", "", StringComparison.Ordinal)));
            Assert.Contains(word, (string[])["zoe", "capljina"]);
            drawn[word] = drawn.GetValueOrDefault(word) + 1;
            var targets = masked.Targets.Select(target => target.Position).ToHashSet();
            for (var i = 0; i < pieces.Count; i++)
                Assert.Equal(targets.Contains(i) ? Vocabulary.MaskId : pieces[i].Id, masked.Ids[i]);
        }
        Assert.InRange(drawn["zoe"], 160, 240);
    }

    [Fact]
    public void Mask_PredictsTenPieces_ButHidesAll()
    {
        const string sentence = "in abcdefghijklmnop the";
        var masked = new SalientSpanMasking(new Marked(sentence, "abcdefghijklmnop"), Vocabulary)
            .Mask(sentence, MaskingVocabulary.Tokenizer.Encode(sentence), new Random(1))!;

        Assert.Equal(Enumerable.Range(1, 10), masked.Targets.Select(target => target.Position));
        Assert.Equal(16, masked.Ids.Count(id => id == Vocabulary.MaskId));
        Assert.Equal((MaskingVocabulary.Id("in"), MaskingVocabulary.Id("the")), (masked.Ids[0], masked.Ids[^1]));
    }

    [Fact]
    public void Mask_HidesPiecesFullyInsideOnly()
    {
        // given a span that ends in the middle of "born", which is one piece
        const string sentence = "abc born";
        var masked = new SalientSpanMasking(new Marked(sentence, "abc bo"), Vocabulary)
            .Mask(sentence, MaskingVocabulary.Tokenizer.Encode(sentence), new Random(1))!;

        Assert.Equal([0, 1, 2], masked.Targets.Select(target => target.Position));
        Assert.Equal(MaskingVocabulary.Id("born"), masked.Ids[3]);
    }

    [Fact]
    public void Mask_PassesOverSpans_ThatAreUnknownOrCutOffOrWithoutAPiece()
    {
        const string sentence = "日 was born in abc the def";
        var pieces = MaskingVocabulary.Tokenizer.Encode(sentence);

        Assert.Null(new SalientSpanMasking(new Marked(sentence), Vocabulary).Mask(sentence, pieces, new Random(1)));
        Assert.Null(new SalientSpanMasking(new Marked(sentence, "日"), Vocabulary).Mask(sentence, pieces, new Random(1)));
        Assert.Null(new SalientSpanMasking(new Marked(sentence, "bor"), Vocabulary).Mask(sentence, pieces, new Random(1)));
        // "def" ends behind the pieces that the input has room for.
        Assert.Null(new SalientSpanMasking(new Marked(sentence, "def"), Vocabulary).Mask(sentence, [.. pieces.SkipLast(1)], new Random(1)));
        Assert.Null(new SalientSpanMasking(new Marked(sentence, "def"), Vocabulary).Mask(sentence, [], new Random(1)));
        for (var seed = 0; seed < 20; seed++)
        {
            var masked = new SalientSpanMasking(new Marked(sentence, "日", "abc", "def"), Vocabulary).Mask(sentence, [.. pieces.SkipLast(1)], new Random(seed))!;
            Assert.Equal([4, 5, 6], masked.Targets.Select(target => target.Position));
        }
    }

    /// <summary>Tags the parts given of one sentence.</summary>
    private sealed class Marked(string sentence, params string[] parts) : ISalientSpanTagger
    {
        public IReadOnlyList<TextSpan> Tag(string text)
        {
            Assert.Equal(sentence, text);
            return [.. parts.Select(part => text.IndexOf(part, StringComparison.Ordinal)).Select((start, i) => new TextSpan(start, start + parts[i].Length))];
        }
    }
}
