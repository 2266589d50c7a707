using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Questions;

public sealed class QuestionReaderTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_GivesEveryField_OfJsonLines()
    {
        var items = Read("q.jsonl", """
            {"id":"1","question":"Who?","answers":["Ann","Bo"],"title":"T","context":"Bo met Ann.","answer_starts":[7,0]}
            {"question":"How tall?","answer_regex":"20,?320 feet"}
            {"id":"3","question":"Never?","answers":[],"context":"No.","answer_starts":[],"is_impossible":true}

            {"id":4,"question":"Open?","answers":["yes"]}
            {"id":"5","question":"Where?","sentence":"Here it is."}
            {"id":"6","question":"What?","answers":[]}
            """);

        Assert.All(items, item => Assert.Null(item.Skipped));
        var (first, second, third, fourth) = (items[0].Example!, items[1].Example!, items[2].Example!, items[3].Example!);
        Assert.Equal(("1", "Who?", "T", "Bo met Ann."), (first.Id, first.Question, first.Title, first.Context));
        Assert.Equal(["Ann", "Bo"], first.Answers);
        Assert.Equal([7, 0], first.AnswerStarts);
        Assert.Equal(("q.jsonl#2", "20,?320 feet", false), (second.Id, second.AnswerRegex, second.IsImpossible));
        Assert.True(third.IsImpossible);
        Assert.Equal(("4", "yes", null), (fourth.Id, Assert.Single(fourth.Answers), fourth.Context));
        Assert.Null(fourth.AnswerStarts);
        Assert.Equal(("Here it is.", false), (items[4].Example!.Context, items[4].Example!.IsImpossible));
        Assert.True(items[5].Example!.IsImpossible);
    }

    [Fact]
    public void Read_TakesAnnotatorsLabels_AndReportsThoseThatSayNothing()
    {
        var items = Read("q.jsonl", """
            {"id":"1","question":"Who?","passages":[{"text":"Bo met Ann.","grade":3,"start":7,"end":10},{"blockId":"ab12","grade":0},{"text":"Cafe\u0301 Ann","grade":2,"start":6,"end":9}]}
            {"id":"2","question":"Who?","answers":[],"passages":[{"grade":1},{"text":"A.","grade":4},{"text":"A.","grade":2,"start":1},{"text":"A.","grade":2,"start":1,"end":9},"A."]}
            """);

        var labelled = items[0].Example!;
        Assert.False(labelled.IsImpossible);
        Assert.Equal(
            [new GradedPassage("Bo met Ann.", null, 3, new TextSpan(7, 10)), new(null, "ab12", 0, null), new("Café Ann", null, 2, new TextSpan(5, 8))],
                labelled.Passages);
        Assert.Equal("Ann", labelled.Passages[2].Span!.Value.Of(labelled.Passages[2].Text!));
        Assert.Equal(5, items.Count(item => item.Skipped is { } skipped && skipped.Reason.Contains("was left out", StringComparison.Ordinal)));
        Assert.Empty(items[^1].Example!.Passages);
    }

    [Fact]
    public void Read_TurnsCodePoints_IntoUtf16OfTheStoredForm()
    {
        // "😀" is one code point and two UTF-16 units; "e\u0301" two code points and one unit once composed.
        var item = Assert.Single(
            Read("q.jsonl", """{"id":"1","question":"q","answers":["cafe\u0301"],"context":"\ud83d\ude00 e\u0301 cafe\u0301","answer_starts":[5]}"""));

        Assert.Equal("😀 é café", item.Example!.Context);
        Assert.Equal(["café"], item.Example.Answers);
        Assert.Equal([5], item.Example.AnswerStarts);
    }

    [Fact]
    public void Read_RepairsWrongStart_WhenAnswerStandsOnce()
    {
        var items = Read("q.jsonl", """{"id":"1","question":"q","answers":["Ann"],"context":"Bo met Ann.","answer_starts":[3]}""");

        Assert.Contains("placed there", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal([7], items[1].Example!.AnswerStarts);
    }

    [Theory]
    [InlineData("Ann met Ann.")]
    [InlineData("Bo met nobody.")]
    public void Read_ReportsWrongStart_WhenAnswerStandsTwiceOrNever(string context)
    {
        var items = Read("q.jsonl", $$"""{"id":"1","question":"q","answers":["Ann"],"context":"{{context}}","answer_starts":[2]}""");

        var skip = Assert.Single(items).Skipped!;
        Assert.Equal("q.jsonl, line 1", skip.Path);
        Assert.Contains("'Ann' does not stand at its start", skip.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeepsTheOtherAnswers_WhenOneCannotBePlaced()
    {
        var items = Read("q.jsonl", """{"id":"1","question":"q","answers":["Zoe","Bo"],"context":"Bo met Ann.","answer_starts":[0,0]}""");

        Assert.Contains("it was left out", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal(["Bo"], items[1].Example!.Answers);
        Assert.Equal([0], items[1].Example!.AnswerStarts);
    }

    [Fact]
    public void Read_ReadsSquad()
    {
        var items = Read("squad.json", """
            {"version":"v2.0","data":[{"title":"Bees","paragraphs":[{"context":"Bees hum. 🐝 Bees fly.","qas":[
              {"id":"a","question":"What do bees do?","answers":[{"text":"hum","answer_start":5},{"text":"fly","answer_start":17}],"is_impossible":false},
              {"id":"b","question":"Do bees swim?","answers":[],"is_impossible":true}]}]}]}
            """);

        Assert.Equal([5, 18], items[0].Example!.AnswerStarts);
        Assert.Equal(("a", "Bees", false), (items[0].Example!.Id, items[0].Example!.Title, items[0].Example!.IsImpossible));
        Assert.Equal(("b", true), (items[1].Example!.Id, items[1].Example!.IsImpossible));
    }

    [Fact]
    public void Read_ReadsDprJsonAndTables_AlsoCompressed()
    {
        _folder.Add("nq.json.gz", ImportFolder.Gzip("""[{"dataset":"nq","question":"who","answers":["A","B"],"positive_ctxs":[]}]"""));
        var json = QuestionReader.Read(Path.Combine(_folder.Root, "nq.json.gz")).Single().Example!;
        var table = Read("nq-test.qa.csv", "who is it\t['Ann O\\'Hara', \"Bo's\", 'caf\\xe9']\n\"say \"\"hi\"\"\"\t[\"x\"]\nbad\t[x]\nlonely\n");

        Assert.Equal(["A", "B"], json.Answers);
        Assert.Equal(["Ann O'Hara", "Bo's", "café"], table[0].Example!.Answers);
        Assert.Equal("say \"hi\"", table[1].Example!.Question);
        Assert.Equal(["nq-test.qa.csv, line 3", "nq-test.qa.csv, line 4"], table.Skip(2).Select(item => item.Skipped!.Path));
    }

    [Fact]
    public void Read_UsesHeader_WhenTableHasOne()
    {
        var items = Read("q.csv", "id,answers,question\n7,Paris,\"Which city, please?\"\n");

        Assert.Equal(("7", "Which city, please?", "Paris"), (items[0].Example!.Id, items[0].Example!.Question, items[0].Example!.Answers[0]));
    }

    [Fact]
    public void Read_NamesOneLine_WhenALineIsNoJson()
    {
        var skipped = Assert.Single(Read("a.jsonl", "not json")).Skipped!;

        // then the parser's own line number, which counts from zero within the line, does not stand beside it
        Assert.Equal("a.jsonl, line 1", skipped.Path);
        Assert.Contains("Expected the literal 'null', at byte 1).", skipped.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", skipped.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"question\":\"q\"", "no valid question")]
    [InlineData("a.jsonl", "{\"answers\":[\"a\"]}", "has no question")]
    [InlineData("a.jsonl", "{\"question\":\"q\"}", "neither answers nor answer_regex")]
    [InlineData("a.jsonl", "{\"question\":5,\"id\":{}}", "neither answers")]
    [InlineData("a.jsonl", "{\"question\":\"q\",\"answers\":[\"\\ud800\"]}", "half a surrogate pair")]
    [InlineData("a.jsonl", "{\"question\":\"q\",\"answer_regex\":\"(open\"}", "answer_regex is no regular expression")]
    [InlineData("a.jsonl", "{\"data\":[]}", "\"data\" is empty")]
    [InlineData("a.jsonl", "{\"data\":7}", "not a list")]
    [InlineData("a.jsonl", "{\"question\":\"q\",\"answers\":[\"a\"],\"context\":\"a\",\"answer_starts\":[0,1]}", "1 answers but 2 answer_starts")]
    [InlineData("a.json", "[5]", "JSON number, not an object")]
    [InlineData("a.txt", "q", "Questions are read from")]
    [InlineData("a.jsonl.gz", "no gzip", "damaged or cut off")]
    [InlineData("a.jsonl", "", "is empty")]
    public void Read_SaysWhatIsWrong(string name, string content, string reason) =>
        Assert.Contains(reason, Assert.Single(Read(name, content)).Skipped!.Reason, StringComparison.Ordinal);

    [Fact]
    public void Read_SaysSo_WhenThereIsNoFile() =>
        Assert.Contains("no file", QuestionReader.Read(Path.Combine(_folder.Root, "none.jsonl")).Single().Skipped!.Reason, StringComparison.Ordinal);

    private List<QuestionItem> Read(string name, string content) => [.. QuestionReader.Read(_folder.Add(name, content))];
}
