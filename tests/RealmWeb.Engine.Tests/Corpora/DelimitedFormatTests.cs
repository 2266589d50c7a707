using System.Text;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class DelimitedFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("id;title;text\r\n1;Tug;Pulls, and pushes.\r\n")]
    [InlineData("sep=;\r\nid;title;text\r\n1;Tug;Pulls, and pushes.\r\n")]
    [InlineData("\"sep=|\"\nid|title|text\n1|Tug|Pulls, and pushes.\n")]
    [InlineData("id\ttitle\ttext\n1\tTug\tPulls, and pushes.")]
    [InlineData("id,title,text\r1,Tug,\"Pulls, and pushes.\"\r")]
    [InlineData("text;id;title\n\"Pulls, and pushes.\";1;Tug\n")]
    [InlineData("id, title, text\n1, \"Tug\", \"Pulls, and pushes.\"\n")]
    [InlineData("\"id\";\"title\";\"text\"\r\n\"1\";\"Tug\";\"Pulls, and pushes.\";\r\n")]
    [InlineData(",id,title,text\n0,1,Tug,\"Pulls, and pushes.\"\n")]
    [InlineData("\n\nid|title|text\n\n1|Tug|Pulls, and pushes.\n\n")]
    public void Read_FindsDelimiterAndLineEnds(string content)
    {
        _folder.Add("a.csv", content);
        _folder.Add("b.tsv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(content)).ToArray());

        var expected = new Document("1", "Tug", "Pulls, and pushes.");
        Assert.Equal([expected, expected], _folder.Read().Where(item => item.Document is not null).Select(item => item.Document));
    }

    [Fact]
    public void Read_FindsTheFirstColumn_BehindAByteOrderMark()
    {
        _folder.Add("a.csv", "\uFEFFid,title,text\r\n7,Tug,Pulls.\r\n");

        Assert.Equal(new Document("7", "Tug", "Pulls."), Assert.Single(_folder.Read()).Document);
    }

    [Fact]
    public void Read_ReadsWhatASpreadsheetOfAnOldMacSaved()
    {
        _folder.Add("a.csv", [.. "id,title,text\r1,Caf"u8, 0x8E, .. ",\"Ge"u8, 0x9A, .. "ffnet\rab acht.\"\r2,Tug,Pulls.\r"u8]);

        Assert.Equal(
            [new Document("1", "Café", "Geöffnet\nab acht."), new Document("2", "Tug", "Pulls.")], _folder.Read().Select(item => item.Document));
    }

    [Fact]
    public void Read_TakesQuotesForLetters_WhereLinesAreRows()
    {
        _folder.Add("a.tsv", "pid\tpassage\n1\t\"Tugs\" pull.\n2\t\"They said: all.\n3\tIt is 3\" long.\n4\t\"Whole, \"\"really\"\".\"\n5\tThe end.\"\n");

        Assert.Equal(
            ["\"Tugs\" pull.", "\"They said: all.", "It is 3\" long.", "Whole, \"really\".", "The end.\""],
            _folder.Read().Select(item => item.Document?.Text));
    }

    [Fact]
    public void Read_KeepsLineEndsInQuotedFields()
    {
        _folder.Add("a.tsv", "id\ttext\tnote\n1\t\"Tugs\npull.\"\tx\n2\tAll.\ty\n");
        _folder.Add("b.csv", "text\n\"One\n\ntwo, three\"\nfour, five\n");

        Assert.Equal(["Tugs\npull.", "All.", "One\n\ntwo, three", "four, five"], _folder.Read().Select(item => item.Document?.Text));
    }

    [Fact]
    public void Read_LosesOneRowAtMost_WhenAQuoteIsNeverClosed()
    {
        _folder.Add("a.csv", "id,text\n1,\"a, b\"\n2,\"open\n3,\"c, d\"\n4,e\n5,\"also open\n6,f\n7,g\n");

        var items = _folder.Read();

        Assert.Equal(["a, b", "\"open", "c, d", "e", null, "f", "g"], items.Select(item => item.Document?.Text));
        Assert.Equal("a.csv, line 6", items[4].Skipped!.Path);
    }

    [Fact]
    public void Read_LosesNoRow_WhenRowAfterRowOpensAQuote()
    {
        _folder.Add("a.csv", "id,text\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},\"a{i}\"\"\n")));

        var items = _folder.Read();

        Assert.Equal(50_000, items.Count);
        Assert.All(items.SkipLast(1), (item, i) => Assert.Equal($"\"a{i}\"\"", item.Document?.Text));
    }

    [Theory]
    [InlineData("1\tThe tug pulls all day.\n2\tThe barge waits.\n", "1", "", "The tug pulls all day.")]
    [InlineData("17\tTug\tThe tug pulls all day.\n18\tBarge\tThe barge waits.\n", "17", "Tug", "The tug pulls all day.")]
    [InlineData("The tug pulls all day.\tVik\nThe barge waits.\tVik\n", "a.tsv#1", "Vik", "The tug pulls all day.")]
    public void Read_TellsColumnsByWhatTheyHold_WhenThereIsNoHeader(string content, string id, string title, string text)
    {
        _folder.Add("a.tsv", content);

        var items = _folder.Read();

        Assert.Equal(new Document(id, title, text), items[0].Document);
        Assert.Equal("The barge waits.", items[1].Document?.Text);
    }

    [Fact]
    public void Read_TakesTheColumnsThatWereChosen()
    {
        _folder.Add("a.csv", "Question,Answer\nWhen does it leave?,At nine.\n");
        _folder.Add("b.csv", "2,At ten.,Tug\n");

        var byName = _folder.Read(new CorpusReadOptions { TitleField = "question", TextField = "answer" });
        var byNumber = _folder.Read(new CorpusReadOptions { IdField = "1", TitleField = "3", TextField = "2" });

        Assert.Equal(new Document("a.csv#2", "When does it leave?", "At nine."), byName[0].Document);
        Assert.Equal(new Document("2", "Tug", "At ten."), byNumber[^1].Document);
    }

    [Fact]
    public void Read_NamesTheColumns_WhenNoneIsTheText()
    {
        _folder.Add("a.csv", "name,opening\nVik,9 to 17\n");

        Assert.Contains("among: name, opening", Assert.Single(_folder.Read()).Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeepsTheRowsBeforeTheDamage()
    {
        var random = new Random(3);
        var packed = ImportFolder.Gzip("id,text\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},t{random.NextInt64()}\n")));
        _folder.Add("a.csv.gz", packed[..^200]);

        Assert.InRange(_folder.Read().Count(item => item.Document is not null), 100, 899);
    }
}
