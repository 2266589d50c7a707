using System.Globalization;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>What passages are made of where a text is more than sentences: tables, code, headings, data.</summary>
public class PassageTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(
        new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "word", "|", ".", "=", ";", "(", ")" }
            .Concat("abcdefghijklmnopqrstuvwxyz0123456789".SelectMany(c => new[] { $"{c}", $"##{c}" }))));

    [Theory]
    [InlineData(" | ")]
    [InlineData("\t")]
    public void Split_CutsTablesBetweenRows_AndRepeatsTheirHead(string delimiter)
    {
        var rows = Enumerable.Range(100, 40).Select(i => string.Join(delimiter, $"{i}", $"Dr. No of {i}. He", "word"));
        var text = $"Boats\n\n{string.Join(delimiter, "year", "who", "word")}\n{string.Join('\n', rows)}\n\nAll the word.";

        var blocks = Split(text, 64);

        Assert.True(blocks.Count > 5);
        Assert.Equal("", blocks[0].Context);
        Assert.StartsWith($"Boats\n\nyear{delimiter}who", blocks[0].Text, StringComparison.Ordinal);
        Assert.All(blocks.Skip(1), block =>
        {
            Assert.Equal(string.Join(delimiter, "year", "who", "word"), block.Context);
            Assert.Matches(@"\A1\d\d\s", block.Text);
            Assert.True(3 + Tokenizer.CountPieces(block.TextInContext) <= 64);
        });
        Assert.All(blocks.SkipLast(1), block => Assert.EndsWith("word", block.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_CutsTablesBetweenRows_WhereCellsAreNumbers()
    {
        var rows = Enumerable.Range(0, 40).Select(i => $"{1901 + i} | {7 * i} | {i * i} | {2.5 + i / 10.0:0.0}").ToList();
        var text = $"year | a | b | c\n{string.Join('\n', rows)}";

        var blocks = Split(text, 64);

        Assert.True(blocks.Count > 5);
        Assert.All(blocks.Skip(1), block => Assert.Equal("year | a | b | c", block.Context));
        // Every line of every passage is a whole row: no number is cut in two, and none is taken for the end of a sentence.
        Assert.Equal(rows, blocks.SelectMany(block => block.Text.Split('\n')).Skip(1));
        Assert.All(blocks, block => Assert.Equal(block.Text, text[block.Start..block.End]));
    }

    [Fact]
    public void Split_RepeatsTheRuleBelowTheNames_WhereATableHasOne()
    {
        var text = "| a | b |\n|---|---|\n" + string.Join('\n', Enumerable.Range(0, 30).Select(i => $"| word | {i} |"));

        Assert.All(Split(text, 80).Skip(1), block => Assert.Equal("| a | b |\n|---|---|", block.Context));
    }

    [Fact]
    public void Split_KeepsATableWhole_WhileItFits()
    {
        var text = string.Concat(Enumerable.Repeat("Word word word. ", 8)) + "\n\nname | word\na | word\nb | word\n\nWord word.";

        var blocks = Split(text, 45);

        Assert.Equal(["", "", ""], blocks.Select(block => block.Context).Concat([""]).Take(3));
        Assert.Contains(blocks, block => block.Text.Contains("name | word\na | word\nb | word", StringComparison.Ordinal));
    }

    [Fact]
    public void Split_GivesBlocksWithAnotherContext_AnotherId() =>
        Assert.NotEqual(Block.Create("t", "a | b", 0).Id, Block.Create("t", "a | b", 9, "x | y").Id);

    [Fact]
    public void Split_CutsCodeAtLineEnds()
    {
        var code = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"    word{i} = word(word); // a. Word"));

        var blocks = Split("def word():\n" + code, 64);

        Assert.True(blocks.Count > 3);
        Assert.All(blocks, block => Assert.EndsWith("Word", block.Text, StringComparison.Ordinal));
        Assert.All(blocks.Skip(1), block => Assert.StartsWith("    word", block.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_LeavesNoHeadingAlone()
    {
        // The heading stands at every place of a passage once.
        for (var before = 1; before < 14; before++)
        {
            var text = string.Concat(Enumerable.Repeat("Word word.\n\n", before)) + "Part word\n\nWord b\n\n"
                + string.Concat(Enumerable.Repeat("Word word word word word word. ", 8)) + "\n\nWord c\n\n"
                + string.Join(' ', Enumerable.Repeat("word", 60)) + ".";

            var blocks = Split(text, 36);

            Assert.DoesNotContain(blocks, block => block.Text.EndsWith("Part word", StringComparison.Ordinal)
                || block.Text.EndsWith("Word b", StringComparison.Ordinal) || block.Text.EndsWith("Word c", StringComparison.Ordinal));
            Assert.All(blocks, block => Assert.True(3 + Tokenizer.CountPieces(block.Text) <= 36));
        }
    }

    [Theory]
    [InlineData("word: {0}\nword word.", "word:", "word word.")]
    [InlineData("Word.\n\n{0}\n\nWord word.", "Word.", "Word word.")]
    [InlineData("{0}", null, null)]
    public void Split_LeavesEncodedDataOut(string frame, string? before, string? behind)
    {
        var random = new Random(1);
        var line = string.Concat(Enumerable.Range(0, 76).Select(_ => "ABCdef+/0123"[random.Next(12)]));
        foreach (var data in new[] { string.Concat(Enumerable.Repeat(line, 100)), string.Join('\n', Enumerable.Repeat(line, 100)) + "\nAbc9==" })
        {
            var text = string.Format(CultureInfo.InvariantCulture, frame, data);

            var blocks = Split(text, 64);

            Assert.Equal(new[] { before, behind }.OfType<string>(), blocks.Select(block => block.Text));
            Assert.All(blocks, block => Assert.Equal(block.Text, text[block.Start..block.End]));
            Assert.Equal(data, Assert.Single(EncodedData.Find(text)).Of(text));
        }
    }

    [Theory]
    [InlineData("!function n{0}(e,t){{return e[{0}]&&t.n{0}?e.call(this,t):\"x{0}\"}};")]
    [InlineData(".c{0}{{color:#00{0};margin:0 {0}px}}")]
    [InlineData("{{\"i\":{0},\"v\":0.5{0},\"n\":\"name{0}\"}},")]
    [InlineData("https://vik.example/{0}%20?q=")]
    [InlineData("....{0}")]
    public void Split_LeavesMinifiedTextOut(string form)
    {
        var data = string.Concat(Enumerable.Range(0, 400).Select(i => string.Format(CultureInfo.InvariantCulture, form, i)));
        var text = $"Word word.\n\nWord: {data} word.\n\nWord.";

        Assert.Equal(["Word word.\n\nWord:", "word.\n\nWord."], Split(text, 64).Select(block => block.Text));
        Assert.Equal(data, Assert.Single(EncodedData.Find(text)).Of(text));
    }

    [Theory]
    [InlineData("Word word word, and word. ")]
    [InlineData("Donaudampfschifffahrtsgesellschaft word ")]
    [InlineData("灯台の高さは三十一メートルです")]
    [InlineData("| word | 9 | Vik ")]
    [InlineData("if (a) { b = c(d, e); } ")]
    [InlineData("ACGTACGTACGTACGTAC ")]
    public void Find_LeavesTextAlone(string unit) => Assert.Empty(EncodedData.Find(string.Concat(Enumerable.Repeat(unit, 300))));

    [Theory]
    [InlineData("Грузоподъёмность")]
    [InlineData("\uE000")]
    [InlineData("😀")]
    [InlineData("word\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n")]
    [InlineData("!é,")]
    public void Split_BoundsCharacters_WhateverAPieceIs(string unit)
    {
        foreach (var separator in new[] { "", " " })
        {
            var text = string.Join(separator, Enumerable.Repeat(unit, 2000)).Trim();

            var blocks = Split(text, 64);

            var end = 0;
            foreach (var block in blocks)
            {
                Assert.InRange(block.Text.Length, 1, 61 * 12 + 12);
                Assert.True(string.IsNullOrWhiteSpace(text[end..block.Start]), $"text before {block.Start} is lost");
                Assert.False(char.IsLowSurrogate(block.Text[0]));
                end = block.End;
            }
            Assert.Equal(text.Length, end);
        }
    }

    private static List<Block> Split(string text, int pieces) => [.. new BlockSplitter(Tokenizer, pieces).Split(new Document("d", "", text))];
}
