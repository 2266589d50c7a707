using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Corpora;

namespace RealmWeb.Engine.Tests.Questions;

/// <summary>Question files in the forms in which data sets are published; one bad line never costs the others.</summary>
public sealed class QuestionFormTests : IDisposable
{
    private const string Context = "The mill at Orsund ground rye from 1790. Its miller was Per Lund.";
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl", """{"question":"When?","answers":"1790"}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":["1790"]}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":1790}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":[1790]}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":"['1790']"}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":null,"answer":"1790"}""")]
    [InlineData("a.jsonl", """{"question":"When?","answer":["1790"]}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":{"text":["1790"],"answer_start":[35]}}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":{"text":"1790","answer_start":35}}""")]
    [InlineData("a.jsonl", """{"question":"When?","answers":[{"text":"1790","answer_start":35}]}""")]
    [InlineData("a.jsonl", """{"question":"When?","answer":{"value":"1790"}}""")]
    [InlineData("a.jsonl", """{"query":"When?","answers":["1790"],"score":NaN,"other":[-Infinity,"NaN"]}""")]
    [InlineData("a.jsonl", """{"question":{"text":"When?"},"answers":["1790"]}""")]
    [InlineData("a.json", """{"question":"When?","answers":["1790"]}""")]
    [InlineData("a.json", """[{"question":"When?","answers":["1790"]}]""")]
    [InlineData("a.json", """{"data":[{"question":"When?","answers":["1790"]}]}""")]
    [InlineData("a.json", """{"data":{"question":"When?","answers":["1790"]}}""")]
    [InlineData("a.json", """{"data":[{"paragraphs":[{"qas":[{"question":"When?","answers":[{"text":"1790"}]}]}]}]}""")]
    [InlineData("a.json", """{"data":{"paragraphs":{"qas":{"question":"When?","answers":{"text":"1790","answer_start":null}}}}}""")]
    [InlineData("a.jsonl", """{"data":[{"question":"When?","answers":["1790"]}]}""")]
    [InlineData("a.csv", "question,answer\n\"When?\",\"1790\"\n")]
    [InlineData("a.csv", "question;answer\nWhen?;1790\n")]
    [InlineData("a.csv", "sep=;\r\nanswers;question\r\n['1790'];When?\r\n")]
    [InlineData("a.csv", "When?;1790\n")]
    [InlineData("a.csv", "Id|Question|Answer\n1|When?|1790\n")]
    [InlineData("a.csv", "question,answer\rWhen?,1790\r")]
    [InlineData("a.csv", "\uFEFFquestion, answer\r\n\"When?\", \"['1790']\"\r\n")]
    [InlineData("a.json", """[{"title":"Orsund","paragraphs":[{"qas":[{"question":"When?","answers":[{"text":"1790"}]}]}]}]""")]
    [InlineData("a.jsonl", """{"context":"Ground from 1790.","qas":[{"qid":"m1","question":"When?","answers":["1790"]}]}""")]
    [InlineData("a.json", """{"data":[{"paragraphs":[{"qas":[{"question":"When?","answers":[{"text":"1790"}],"plausible_answers":[{"text":"rye"}]}]}]}]}""")]
    [InlineData("a.json", """[{"question":"When?","answers":["1790"],"positive_ctxs":{"title":"x"},"negative_ctxs":null}]""")]
    [InlineData("a.tsv", "question\tanswers\nWhen?\t['1790']\n")]
    public void Read_FindsQuestionAndAnswer(string name, string content)
    {
        var example = Assert.Single(Read(name, content)).Example!;

        Assert.Equal(("When?", false), (example.Question, example.IsImpossible));
        Assert.Equal(["1790"], example.Answers);
    }

    [Fact]
    public void Read_ReadsTables_InOtherEncodings()
    {
        byte[][] tables =
        [
            [.. "question,answer\nWo ist das Caf"u8, 0xE9, .. "?,M"u8, 0xFC, .. "hle\n"u8], [.. "question,answer\rWo ist das Caf"u8, 0x8E, .. "?,M"u8, 0x9F, .. "hle\r"u8],
            [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("question\tanswer\r\nWo ist das Café?\tMühle\r\n")],
        ];

        foreach (var table in tables)
        {
            var example = Assert.Single(QuestionReader.Read(_folder.Add("a.csv", table))).Example!;

            Assert.Equal(("Wo ist das Café?", "Mühle"), (example.Question, example.Answers[0]));
        }
    }

    [Fact]
    public void Read_TakesNoAnswer_OfSquadsPlausibleOnes()
    {
        var items = Read("a.json", $$$"""
            {"data":[{"paragraphs":[{"context":"{{{Context}}}","qas":[
              {"id":"1","question":"Who painted it?","answers":[],"plausible_answers":[{"text":"Per Lund","answer_start":56}],"is_impossible":true}]}]}]}
            """);

        Assert.True(Assert.Single(items).Example!.IsImpossible);
    }

    [Theory]
    [InlineData("a.csv", "question,answer\n")]
    [InlineData("a.json", "[]")]
    public void Lines_SaySo_WhereThereIsNoQuestionAtAll(string name, string content)
    {
        var path = _folder.Add(name, content);

        Assert.EndsWith(
            "holds no question. It has no line behind its header, or none at all.",
            Assert.Throws<InvalidDataException>(() => QuestionLines.Read(path).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TakesJudgementsOfDocuments()
    {
        var graded = Assert.Single(Read("a.jsonl", """{"question":"When?","relevant":{"184":3,"12":0}}""")).Example!;
        var listed = Assert.Single(Read("a.jsonl", """{"question":"When?","answers":["1790"],"documents":["28368371",28387957]}""")).Example!;
        var beside = Read("a.jsonl", """{"question":"When?","relevant":{"184":"much","12":1}}""");

        Assert.Equal(new Dictionary<string, int> { ["184"] = 3, ["12"] = 0 }, graded.Relevant);
        Assert.Equal((true, false), (graded.IsJudgedByDocument, graded.IsImpossible));
        Assert.Equal(new Dictionary<string, int> { ["28368371"] = 1, ["28387957"] = 1 }, listed.Relevant);
        Assert.False(listed.IsJudgedByDocument);
        Assert.Contains("'184'", beside[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal(["12"], beside[1].Example!.Relevant.Keys);
    }

    [Fact]
    public void Read_PlacesAnswers_OfHuggingFacesSquad()
    {
        var items = Read("a.jsonl", $$$"""
            {"id":"1","context":"{{{Context}}}","question":"When?","answers":{"text":["1790"],"answer_start":[35]}}
            {"id":"2","context":"{{{Context}}}","question":"Who painted it?","answers":{"text":[],"answer_start":[]}}
            """);

        Assert.Equal([35], items[0].Example!.AnswerStarts);
        Assert.True(items[1].Example!.IsImpossible);
    }

    [Fact]
    public void Read_TakesThePassage_OfDprsPositives()
    {
        var items = Read("a.json", $$$"""
            [{"question":"When?","answers":["1790"],"positive_ctxs":[{"title":"Orsund","text":"{{{Context}}}","score":1000}],"hard_negative_ctxs":null},
             {"question":"Who?","answers":["Per Lund"],"positive_ctxs":[]},
             {"question":"What?","answers":["rye"]}]
            """);

        Assert.Equal(("Orsund", Context), (items[0].Example!.Title, items[0].Example!.Context));
        Assert.Null(items[0].Example!.AnswerStarts);
        Assert.All(items.Skip(1), item => Assert.Null(item.Example!.Context));
    }

    [Fact]
    public void Read_SaysWhatIsMissingInSquad_AndReadsTheRest()
    {
        var items = Read("a.json", $$$"""
            {"data":[{"title":"Empty"},{"title":"Orsund","paragraphs":[
              {"context":"{{{Context}}}"},
              {"context":"{{{Context}}}","qas":[
                {"id":"a","question":"When?","answers":[{"text":"1790","answer_start":35}]},
                {"id":"b","question":"Is it far?","answers":[{"text":"","answer_start":null}]},
                {"id":"c","question":"Who?","answers":[{"text":"Per Lund","answer_start":null},{"text":"miller","answer_start":45}]},
                {"id":"d","answers":[]},
                7]}]},
              5]}
            """);

        Assert.Equal(["a", "c"], items.Select(item => item.Example?.Id).OfType<string>());
        Assert.Equal(["Per Lund", "miller"], items.Single(item => item.Example?.Id == "c").Example!.Answers);
        string[] expected =
        [
            "a.json, element 1, article 1", "a.json, element 1, article 2, paragraph 1", "question b", "question b", "question c", "question d",
            "a.json, element 1, article 2, paragraph 2, question 5", "a.json, element 1, question 3",
        ];
        Assert.Equal(expected, items.Select(item => item.Skipped?.Path).OfType<string>());
    }

    [Fact]
    public void Read_LeavesOutABadAnswer_AndKeepsTheOthers()
    {
        var items = Read("a.jsonl", """
            {"id":"1","question":"Who?","answers":["Per Lund",null,true,{"x":1}]}
            {"id":"2","question":"Who?","answers":[null]}
            {"id":"3","question":"Who?","answers":["Per Lund"]}
            {"id":"3","question":"When?","answers":["1790"]}
            """);

        Assert.Equal(["1", "3", "3"], items.Select(item => item.Example?.Id).OfType<string>());
        Assert.Equal(["Per Lund"], items.First(item => item.Example is not null).Example!.Answers);
        Assert.Equal(5, items.Count(item => item.Skipped is not null));
        Assert.Contains("None of its answers", items.Last(item => item.Skipped is not null).Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TakesPythonsPatterns_AndRefusesWhatIsNone()
    {
        var items = Read("a.jsonl", """
            {"id":"1","question":"When?","answer_regex":"(?P<y>17)\\d\\d\\Z"}
            {"id":"2","question":"When?","answer_regex":"(unclosed"}
            {"id":"4","question":"When?","answer_regex":" "}
            {"id":"3","question":"When?","answer_regex":["1790","seventeen(?P<s>.)ninety(?P=s)"]}
            """);

        Assert.Equal(["1", "3"], items.Select(item => item.Example?.Id).OfType<string>());
        Assert.Equal("a.jsonl, line 2", items[1].Skipped!.Path);
        Assert.Contains("neither answers nor answer_regex", items[2].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Equal("(?:1790)|(?:seventeen(?P<s>.)ninety(?P=s))", items[3].Example!.AnswerRegex);
    }

    private List<QuestionItem> Read(string name, string content) => [.. QuestionReader.Read(_folder.Add(name, content))];
}
