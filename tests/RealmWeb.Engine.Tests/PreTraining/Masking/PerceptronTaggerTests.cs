using System.Text;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class PerceptronTaggerTests
{
    private const string Labelled = """
        -DOCSTART- -X- O O

        The DT O O
        mill NN O O
        of IN O O
        Velm NNP I-LOC I-LOC
        burned VBD O O
        . . O O

        Anna NNP I-PER I-PER
        Kroll NNP I-PER I-PER
        met VBD O O
        Tomas NNP I-PER I-PER
        Reed NNP B-PER B-PER
        Velm NNP I-LOC I-LOC

        """;

    [Fact]
    public void Read_UnderstandsTheCustomOf2003()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("eng.train", Encoding.UTF8.GetBytes(Labelled.ReplaceLineEndings("\r\n")));

        var sentences = ConllFile.Read(path).ToList();

        Assert.Equal(["The", "mill", "of", "Velm", "burned", "."], sentences[0].Words);
        Assert.Equal("OOOBOO", Letters(sentences[0]));
        // B-PER begins a span that touches one of its type, another type needs no B.
        Assert.Equal("BIOBBB", Letters(sentences[1]));
        Assert.Equal(2, sentences.Count);
    }

    [Theory]
    [InlineData("Velm B-LOC\nAnna I-LOC\nKroll I-PER\n", "BIB")]
    [InlineData("a\tX\tO\nb\tX\tI-X", "OB")]
    [InlineData("a O\n   \n\n\nb O", "O|O")]
    public void Read_UnderstandsOtherForms(string content, string expected)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(expected, string.Join('|', ConllFile.Read(folder.Write("a.txt", Encoding.UTF8.GetBytes(content))).Select(Letters)));
    }

    [Theory]
    [InlineData("", "no labelled word")]
    [InlineData("\n\n-DOCSTART- O\n", "no labelled word")]
    [InlineData("a O\nb\n", "line 2")]
    [InlineData("a O\n\nb B_LOC\n", "line 3")]
    [InlineData("a O\nb S-LOC\n", "S-LOC")]
    [InlineData("a B-\n", "'B-'")]
    [InlineData("a I\n", "'I'")]
    [InlineData("a\0b O\n", "NUL")]
    public void Read_SaysWhichLineIsWrong(string content, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", Encoding.UTF8.GetBytes(content));

        var failure = Assert.Throws<InvalidDataException>(() => { ConllFile.Read(path).ToList(); });

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Refuses_EndlessLinesAndSentencesAndBytes()
    {
        using var folder = new TemporaryFolder();
        foreach (var (bytes, message) in new[]
        {
            (Encoding.UTF8.GetBytes(new string('a', 20_000) + " O\n"), "line 1 has 20002 characters"),
            (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a O\n", 6_000))), "line 5001"),
            ([.. "a O\n"u8, 0xC3, 0x28, .. " O\n"u8], "UTF-8"),
        })
        {
            var path = folder.Write("a.txt", bytes);
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => { ConllFile.Read(path).ToList(); }).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Train_LearnsNamesFromTheirFormAndNeighbours()
    {
        // given sentences of five patterns over names that never come again
        var tagger = PerceptronTagger.Train(Sentences(0, 40));

        // then it finds names that it has not seen
        var (right, all) = (0, 0);
        foreach (var sentence in Sentences(40, 60))
        {
            var text = string.Join(' ', sentence.Words);
            var expected = Spans(sentence);
            var found = tagger.Tag(text).Select(span => span.Of(text)).ToList();
            right += found.Intersect(expected).Count();
            all += Math.Max(found.Count, expected.Count);
        }
        Assert.True(right >= 0.9 * all, $"{right} of {all} spans are right.");
    }

    [Fact]
    public void Train_DependsOnTheSeedAlone_AndSurvivesSaving()
    {
        using var folder = new TemporaryFolder();
        PerceptronTagger.Train(Sentences(0, 20), seed: 3).Save(folder.At("a"));
        PerceptronTagger.Train(Sentences(0, 20), seed: 3).Save(folder.At("b"));
        var loaded = PerceptronTagger.Load(folder.At("a"));
        loaded.Save(folder.At("c"));

        Assert.Equal(File.ReadAllText(folder.At("a")), File.ReadAllText(folder.At("b")));
        Assert.Equal(File.ReadAllText(folder.At("a")), File.ReadAllText(folder.At("c")));
        Assert.Throws<ArgumentException>(() => PerceptronTagger.Train([]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("realm-casing-1\n")]
    [InlineData("realm-perceptron-1\n00\t1\t2\n")]
    [InlineData("realm-perceptron-1\nzz\t1\t2\t3\n")]
    [InlineData("realm-perceptron-1\n00\t1\t2\tNaN\n")]
    public void Load_Refuses_WhatIsNoTagger(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a", Encoding.UTF8.GetBytes(content));

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => { PerceptronTagger.Load(path); }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("'s ’s . , -")]
    [InlineData("U.S. O'Brien's 1,000.5 (Jean-Claude)!")]
    public void Tag_NeverGivesWhatIsNoSpan(string text)
    {
        var tagger = PerceptronTagger.Train(Sentences(0, 20));

        Assert.All(tagger.Tag(text), span => Assert.True(span.Start >= 0 && span.Start < span.End && span.End <= text.Length));
    }

    private static IEnumerable<ConllSentence> Sentences(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var (first, last) = (
                $"{(char)('A' + i % 26)}{"eiou"[i % 4]}{"lmnr"[i / 4 % 4]}{"ao"[i % 2]}", $"{(char)('B' + i * 7 % 24)}{"aeo"[i % 3]}{"ksdt"[i / 3 % 4]}ner");
            yield return Parse($"The old mill of [{last}] burned down .");
            yield return Parse($"[{first} {last}] lived in [{last}ville] for years .");
            yield return Parse($"However , [{first}] was born near the river .");
            yield return Parse($"It was built by [{first} {last}] and rebuilt .");
            yield return Parse("Rivers rise when snow melts .");
        }
    }

    private static ConllSentence Parse(string marked)
    {
        var (words, tags, inside) = (new List<string>(), new List<SpanTag>(), false);
        foreach (var part in marked.Split(' '))
        {
            var begins = part.StartsWith('[');
            tags.Add(begins ? SpanTag.Begin : inside ? SpanTag.Inside : SpanTag.Outside);
            inside = (begins || inside) && !part.EndsWith(']');
            words.Add(part.Trim('[', ']'));
        }
        return new ConllSentence(words, tags);
    }

    private static List<string> Spans(ConllSentence sentence)
    {
        var spans = new List<string>();
        for (var i = 0; i < sentence.Words.Count; i++)
        {
            if (sentence.Tags[i] == SpanTag.Begin)
                spans.Add(sentence.Words[i]);
            else if (sentence.Tags[i] == SpanTag.Inside)
                spans[^1] += $" {sentence.Words[i]}";
        }
        return spans;
    }

    private static string Letters(ConllSentence sentence) => string.Concat(sentence.Tags.Select(tag => "BIO"[(int)tag]));
}
