using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class CorpusFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Bees of the north\n\nThey live long.\n", "Bees of the north", "Bees of the north\n\nThey live long.\n")]
    [InlineData("They live long. They fly.\nAnd hum.", "bee notes", "They live long. They fly.\nAnd hum.")]
    [InlineData("Ends in a stop.\n\nThey live long.", "bee notes", "Ends in a stop.\n\nThey live long.")]
    [InlineData("Fee for a tug: 9 crowns\n\nIt is paid at the quay.", "Fee for a tug: 9 crowns", "Fee for a tug: 9 crowns\n\nIt is paid at the quay.")]
    [InlineData("Bees\r=====\r\rThey live long.", "Bees", "Bees\n=====\n\nThey live long.")]
    [InlineData("- honey\n\n- wax\n", "bee notes", "- honey\n\n- wax\n")]
    [InlineData("\uFEFFCafe\u0301\r\nopen", "bee notes", "Café\nopen")]
    public void Text_TakesTitleFromFirstLineOrName(string content, string title, string text)
    {
        _folder.Add("bee_notes.txt", content);

        var document = Assert.Single(_folder.Read()).Document;

        Assert.Equal(new Document("bee_notes.txt", title, text), document);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Text_IsRead_WhenItHasAnotherByteOrderMark(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        _folder.Add("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Zwölf Boxkämpfer 😀")]);
        _folder.Add("b.jsonl", [.. encoding.GetPreamble(), .. encoding.GetBytes("{\"id\":\"1\",\"text\":\"Größe\"}\n")]);

        Assert.Equal(["Zwölf Boxkämpfer 😀", "Größe"], _folder.Read().Select(item => item.Document?.Text));
    }

    [Fact]
    public void Markdown_GivesPlainText_WithoutFrontMatterAndShortcodes()
    {
        _folder.Add("pods.md", """
            ---
            title: "About Pods"
            weight: 10
            ---
            {{% capture overview %}}
            # What is a *Pod*?

            A pod is {{< glossary_tooltip text="a group of containers" term_id="pod" >}}, see [the
            docs](/docs) or <https://k8s.example>. AT&amp;T &eacute;.

            * one
            * two `kubectl get`

            3. third

               more of it

            ```yaml
            kind: Pod
              name: x
            ```

            | Name | Size |
            |------|------|
            | a    | 1    |

            > quoted

            ![a diagram](x.png) <b>bold</b>
            <!-- hidden -->

            <p>In <i>HTML</i></p>
            {{% /capture %}}
            """);

        var document = Assert.Single(_folder.Read()).Document!;

        Assert.Equal("About Pods", document.Title);
        Assert.Equal("""
            What is a Pod?

            A pod is a group of containers, see the docs or https://k8s.example. AT&T é.

            - one
            - two kubectl get

            3. third

            more of it

            kind: Pod
              name: x

            Name | Size
            a | 1

            quoted

            a diagram bold

            In HTML
            """.ReplaceLineEndings("\n"), document.Text);
    }

    [Theory]
    [InlineData("# First *heading*\n\ntext", "First heading")]
    [InlineData("text only", "my page")]
    [InlineData("+++\ntitle = 'Toml title'\n+++\n# Heading\n\ntext", "Toml title")]
    public void Markdown_TakesTitle_FromFrontMatterHeadingOrName(string content, string title)
    {
        _folder.Add("my-page.md", content);

        Assert.Equal(title, Assert.Single(_folder.Read()).Document!.Title);
    }

    [Fact]
    public void Html_GivesVisibleText()
    {
        _folder.Add("page.html", """
            <!doctype html><html><head><title> Sea
             birds </title><style>p{}</style></head><body><nav>Home | About</nav>
            <h1>Birds</h1><p>Gulls   eat <b>fish</b>&nbsp;&amp; chips.<br>Often.</p><script>alert(1)</script>
            <ul><li>auk<li><p>tern</p></ul><table><tr><td>a<td>1<tr><td>b<td>2</table>
            <pre>
              x = <span>1</span>
              y
            </pre><div hidden>secret</div><div>One</div><div>Two</div></body></html>
            """);

        var document = Assert.Single(_folder.Read()).Document!;

        Assert.Equal("Sea birds", document.Title);
        Assert.Equal("Birds\n\nGulls eat fish & chips.\nOften.\n\n- auk\n- tern\n\na | 1\nb | 2\n\n  x = 1\n  y\n\nOne\n\nTwo", document.Text);
    }

    [Fact]
    public void JsonLines_GivesADocumentALine()
    {
        _folder.Add("a.jsonl",
            "{\"id\":\"x\",\"title\":\"T\",\"text\":\"one\\ntwo\",\"source\":1}\n\n{\"_id\":7,\"contents\":\"three\"}\r\n{\"text\":\"four\"}");

        Assert.Equal([new Document("x", "T", "one\ntwo"), new Document("7", "", "three"), new Document("a.jsonl#4", "", "four")],
            _folder.Read().Select(item => item.Document));
    }

    [Fact]
    public void JsonLines_GivesEachLineAnId_WhateverStandsForIt()
    {
        string[] ids = ["7", "1.0", "\"#5\"", "null", "\"\"", "\" \"", "true", "{\"a\":1}"];
        _folder.Add("a.jsonl", string.Concat(ids.Select(id => $"{{\"id\":{id},\"text\":\"word\"}}\n")));

        Assert.Equal(["7", "1.0", "#5", "a.jsonl#4", "a.jsonl#5", "a.jsonl#6", "a.jsonl#7", "a.jsonl#8"],
            _folder.Read().Select(item => item.Document!.SourceId));
    }

    [Fact]
    public void JsonLines_UsesNamedFields_WhenAsked()
    {
        _folder.Add("a.jsonl", "{\"url\":\"u1\",\"h\":\"T\",\"text\":\"wrong\",\"para\":\"right\"}");

        var item = Assert.Single(_folder.Read(new CorpusReadOptions { IdField = "url", TitleField = "h", TextField = "para" }));

        Assert.Equal(new Document("u1", "T", "right"), item.Document);
    }

    [Theory]
    [InlineData("[{\"id\":\"1\",\"text\":\"a]}\\\"\"},\n {\"id\":\"2\",\"text\":\"b\"}]")]
    [InlineData("{\"id\":\"1\",\"text\":\"a]}\\\"\"}\n{\"id\":\"2\",\"text\":\"b\"}")]
    public void Json_GivesADocumentAnElement(string content)
    {
        _folder.Add("a.json", content);

        Assert.Equal([new Document("1", "", "a]}\""), new Document("2", "", "b")], _folder.Read().Select(item => item.Document));
    }

    [Theory]
    [InlineData("[{\"text\":\"a\"}", "ends before its array is closed, behind 1 elements")]
    [InlineData("[{\"text\":\"a\"} {\"text\":\"b\"}]", "where the element should have ended")]
    [InlineData("[{\"text\":\"a\"}] x", "where the file should have ended")]
    public void Json_SaysWhereTheFileBreaks(string content, string reason)
    {
        _folder.Add("a.json", content);

        var items = _folder.Read();

        Assert.Equal("a", items[0].Document?.Text);
        Assert.Contains(reason, items[1].Skipped?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_FollowsRfc4180()
    {
        _folder.Add("a.csv", "id,Title,Text\r\n1,\"A, \"\"b\"\"\",\"line one\nline two\"\r\n2,,plain \"text\" here\n\n3,x,\"\"\"q\"\"\"\n");
        _folder.Add("b.tsv", "text\tid\nwith, comma and \" quote\tt1\n");

        Assert.Equal(
        [
            new Document("1", "A, \"b\"", "line one\nline two"), new Document("2", "", "plain \"text\" here"), new Document("3", "x", "\"q\""),
            new Document("t1", "", "with, comma and \" quote"),
        ], _folder.Read().Select(item => item.Document));
    }

    [Fact]
    public void Csv_SaysWhatIsWrongWithARow()
    {
        _folder.Add("a.csv", "id,text\n1,a,b\n2,\n3,fine\n4,\"open\nand on");
        _folder.Add("b.csv", "name,size\nx,1\n");

        var items = _folder.Read();

        Assert.Equal(["a.csv, line 2", "a.csv, line 3", null, "a.csv, line 5", "a.csv, line 6", "b.csv, line 1"], items.Select(item => item.Skipped?.Path));
        Assert.Contains("3 fields, the header 2", items[0].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Contains("text is empty", items[1].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Contains("not closed", items[3].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Contains("name, size", items[5].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_OverridesTheEnding_WhenGiven()
    {
        _folder.Add("dump.log", "{\"id\":\"1\",\"text\":\"a\"}\n");

        Assert.Equal("1", Assert.Single(_folder.Read(new CorpusReadOptions { Format = "jsonl" })).Document!.SourceId);
    }

    [Fact]
    public void Extensions_ListEverythingThatCanBeRead()
    {
        string[] expected = [".txt", ".pdf", ".docx", ".md", ".html", ".jsonl", ".json", ".csv", ".tsv", ".jsonl.gz", ".txt.gz", ".zip", ".tar", ".tar.gz", ".tgz"];

        Assert.Empty(expected.Except(CorpusFormats.Extensions));
        Assert.All(CorpusFormats.All,
            reader => Assert.All(reader.Extensions, ending => Assert.Same(reader, CorpusFormats.Find($"X{ending.ToUpperInvariant()}.gz"))));
        Assert.Null(CorpusFormats.Find("a.doc"));
    }
}
