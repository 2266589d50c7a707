using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Tests.Corpora;

namespace RealmWeb.Engine.Tests.Questions.Labels;

public sealed class LabelFormsTests : IDisposable
{
    private const int Texts = 10_000;

    // Emoji with and without joiners, combining marks, CRLF, right-to-left with marks of direction, ligatures, letters that compose, Hangul.
    private static readonly string[] Pieces =
    [
        "a", "Zoë", "Zoe\u0308", " ", "  ", "\r\n", "\r", "\n", "\t", "\U0001F600", "\U0001F469\u200D\U0001F680", "\U0001F1E9\U0001F1EA", "e\u0301", "\u0301",
        "שלום", "\u200Fמִלָּה\u200E", "العَرَبِيَّة", "ﬁ", "soft\u00ADhyphen", "\u1112\u1161\u11AB", "한", "1,066", "\"", "\\", "</p>", "\u2028", "ﷺ", "𝒳", "\uFEFF",
        "日本語", ".", "…",
    ];

    private readonly ImportFolder _folder = new();

    public static TheoryData<LabelForm> Forms => [.. Enum.GetValues<LabelForm>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void Export_IsByteEqual_AfterImport_WhateverTheTexts(LabelForm form)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("REALM_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        var labels = Labels(new Random(seed));

        var first = Write(form, labels);
        var read = Read(form, first);
        var second = Write(form, read);

        Assert.True(first.AsSpan().SequenceEqual(second), $"{form} changed on its way through an import; run with REALM_TEST_SEED={seed} to see it again.");
        Assert.All(read.SelectMany(label => label.Passages).SelectMany(passage => passage.Spans.Select(span => (passage, span))),
            marked => Assert.Equal(marked.span.Text, marked.passage.Text[marked.span.Start..marked.span.End]));
        Assert.True(read.Count > Texts / 3, $"Only {read.Count} labels came back; run with REALM_TEST_SEED={seed} to see it again.");
    }

    [Fact]
    public void QuestionLines_KeepEverythingThatALabelSays()
    {
        var label = new LabelledQuestion("214", "Who led them?", false,
        [
            new LabelledPassage("rivers.txt", "b1", "Amazon", "😀 Orellana led them, and Orellana came back.", 3,
                [new LabelledSpan(3, 11, "Orellana"), new LabelledSpan(26, 34, "Orellana")]),
            new LabelledPassage("lakes.txt", "b2", "", "Nobody led anything.", 0, []),
            new LabelledPassage("", "", "Notes", "He led them.", 2, []),
        ]);

        var read = Assert.Single(Read(LabelForm.QuestionLines, Write(LabelForm.QuestionLines, [label])));

        Assert.Equal((label.Id, label.Question, label.NoAnswer), (read.Id, read.Question, read.NoAnswer));
        Assert.Equal(label.Passages.Select(Said), read.Passages.Select(Said));

        static string Said(LabelledPassage passage) =>
            $"{passage.Document}|{passage.BlockId}|{passage.Title}|{passage.Text}|{passage.Grade}|{string.Join(';', passage.Spans)}";
    }

    [Fact]
    public void QuestionLine_TeachesReaderAndRetriever()
    {
        var label = new LabelledQuestion("1", "Who led them?", false,
            [new LabelledPassage("d", "b", "Amazon", "😀 Orellana led them.", 3, [new LabelledSpan(3, 11, "Orellana")]), new LabelledPassage("e", "c", "", "No.", 0, [])]);
        var file = _folder.Add("lines.jsonl", Write(LabelForm.QuestionLines, [label]));

        var example = Assert.Single(QuestionLines.Read(file, skipped => Assert.Fail(skipped.Reason)));

        Assert.Equal(("Amazon", "😀 Orellana led them.", false), (example.Title, example.Context, example.IsImpossible));
        Assert.Equal(["Orellana"], example.Answers);
        Assert.Equal([3], example.AnswerStarts!);
        Assert.Equal([(3, new TextSpan(3, 11)), (0, null)], example.Passages.Select(passage => (passage.Grade, passage.Span)));
    }

    [Fact]
    public void QuestionLine_IsNotWithoutAnswer_WhereAPassageAnswersAndNothingIsMarked()
    {
        var label = new LabelledQuestion("1", "Who led them?", false, [new LabelledPassage("d", "b", "", "Orellana led them.", 2, [])]);
        var file = _folder.Add("lines.jsonl", Write(LabelForm.QuestionLines, [label]));

        var example = Assert.Single(QuestionLines.Read(file, skipped => Assert.Fail(skipped.Reason)));

        Assert.False(example.IsImpossible);
        Assert.Equal("Orellana led them.", example.Context);
    }

    [Theory]
    [InlineData("Orellana led them.", 0, 7, "Orellana", 3)]
    [InlineData("😀 led them.", 1, 5, "\uDE00 le", 3)]
    [InlineData("Orellana led them.", 9, 40, "led them.", 3)]
    [InlineData("Orellana led them.", 8, 9, " ", 3)]
    [InlineData("Orellana led them.", 0, 8, "Orellana", 1)]
    public void Export_FailsByName_WhenALabelDoesNotHoldWhatWasMarked(string text, int start, int end, string answer, int grade)
    {
        var label = new LabelledQuestion("214", "Who?", false, [new LabelledPassage("d", "b", "", text, grade, [new LabelledSpan(start, end, answer)])]);
        using var into = new MemoryStream();

        var error = Assert.Throws<LabelMismatchException>(() => LabelWriter.Write(into, LabelForm.Squad, [label]));

        Assert.Contains("Label 214", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, into.Length);
    }

    [Fact]
    public void Squad_CountsCodePoints_AndNamesEachPassageOfAnAnswer()
    {
        var label = new LabelledQuestion("7", "Who?", false,
        [
            new LabelledPassage("d", "b", "T", "😀😀 Ann.", 3, [new LabelledSpan(5, 8, "Ann")]), new LabelledPassage("d", "c", "T", "Ann too.", 2, [new LabelledSpan(0, 3, "Ann")]),
        ]);

        var written = Encoding.UTF8.GetString(Write(LabelForm.Squad, [label]));

        Assert.Contains("\"id\":\"7\",\"question\":\"Who?\",\"answers\":[{\"text\":\"Ann\",\"answer_start\":3}]", written, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"7-2\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Dpr_OfOthers_IsMarkedWhereTheAnswerStands()
    {
        var file = _folder.Add("dpr.json", Encoding.UTF8.GetBytes("""
            [{"dataset":"nq","question":"who led them","answers":["Orellana"],
              "positive_ctxs":[{"title":"Amazon","text":"In 1541 Orellana led them.","score":1000,"passage_id":"5"}],
              "negative_ctxs":[],"hard_negative_ctxs":[{"title":"Nile","text":"Speke looked for it.","passage_id":"6"}]}]
            """));

        var label = Assert.Single(LabelReader.Read(file, LabelForm.Dpr, skipped => Assert.Fail(skipped.Reason)));

        Assert.Equal([2, 0], label.Passages.Select(passage => passage.Grade));
        Assert.Equal(new LabelledSpan(8, 16, "Orellana"), Assert.Single(label.Passages[0].Spans));
        Assert.Equal(LabelSplits.Of("Amazon"), LabelSplits.Of(label.SplitKey));
    }

    [Fact]
    public void Splits_AreEightyTenTen_AndTheSameForEver()
    {
        var parts = Enumerable.Range(0, 10_000).Select(i => LabelSplits.Of($"document-{i}")).CountBy(part => part).ToDictionary();

        Assert.InRange(parts[LabelSplit.Train], 7_800, 8_200);
        Assert.InRange(parts[LabelSplit.Dev], 850, 1_150);
        Assert.InRange(parts[LabelSplit.Test], 850, 1_150);
        Assert.Equal([LabelSplit.Train, LabelSplit.Train, LabelSplit.Dev, LabelSplit.Test],
            new[] { "handbook.txt", "river.txt", "u", "a" }.Select(LabelSplits.Of));
    }

    private static List<LabelledQuestion> Labels(Random random) => [.. Enumerable.Range(0, Texts).Select(i =>
    {
        var noAnswer = random.Next(5) == 0;
        var passages = Enumerable.Range(0, random.Next(noAnswer ? 0 : 1, 4)).Select(_ => Passage(random, noAnswer)).ToList();
        return new LabelledQuestion($"{i}", $"question {Text(random, 4)}?", noAnswer, passages);
    })];

    private static LabelledPassage Passage(Random random, bool noAnswer)
    {
        var text = TextNormalization.Normalize($"x{Text(random, 30)}");
        var grade = random.Next(noAnswer ? 2 : 4);
        var spans = new List<LabelledSpan>();
        for (var i = random.Next(grade >= 2 ? 4 : 1); i > 0; i--)
        {
            var start = random.Next(text.Length);
            var end = random.Next(start + 1, text.Length + 1);
            if (LabelChecks.Problem(text, start, end) is null)
                spans.Add(new LabelledSpan(start, end, text[start..end]));
        }
        return new LabelledPassage(
            random.Next(4) == 0 ? "" : $"doc{random.Next(50)}.txt", random.Next(4) == 0 ? "" : Block.IdOf("t", text),
            TextNormalization.Normalize(random.Next(3) == 0 ? "" : $"t{random.Next(9)}{Text(random, 1)}"), text, grade, spans);
    }

    private static string Text(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static byte[] Write(LabelForm form, IReadOnlyCollection<LabelledQuestion> labels)
    {
        using var into = new MemoryStream();
        LabelWriter.Write(into, form, labels);
        return into.ToArray();
    }

    private IReadOnlyList<LabelledQuestion> Read(LabelForm form, byte[] written) => LabelReader.Read(
        _folder.Add(form == LabelForm.QuestionLines ? "labels.jsonl" : "labels.json", written), form,
        skipped => Assert.Fail($"{skipped.Path}: {skipped.Reason}"));
}
