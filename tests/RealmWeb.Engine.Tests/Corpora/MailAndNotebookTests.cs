using System.Text;
using MimeKit;
using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class MailAndNotebookTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMessage_SaysWhoWroteIt_AndItsPlainText_WithQuotes()
    {
        var body = new Multipart("mixed")
        {
            new MultipartAlternative
            {
                new TextPart("plain") { Text = "The dam held.\r\n\r\n> Did the dam hold\r\n> in the flood?\r\n" },
                new TextPart("html") { Text = "<p>The <b>rich</b> dam held.</p>" },
            },
            new MimePart("application", "pdf") { FileName = "plan.pdf", Content = new MimeContent(new MemoryStream(new byte[100])) },
            new TextPart("plain") { Text = "A log.", ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) },
        };
        _folder.Add("dam.eml", Message("Re: The  däm", body));

        var items = _folder.Read();

        Assert.Equal("Re: The däm", items[0].Document!.Title);
        Assert.Equal(
            """
            From: Ada Quist <ada@karrow.example>
            To: miller@karrow.example
            Date: 2026-03-02 14:05 +01:00

            The dam held.

            > Did the dam hold
            > in the flood?
            """, items[0].Document!.Text);
        Assert.True(items[1].IsRemark);
        Assert.Contains("2 attachments are left out. Save those that belong to the corpus as files", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_IsReadAsAPage_AndFlowedLinesArePutTogether()
    {
        _folder.Add("a.eml", Message("A", new MultipartRelated
        {
            new TextPart("html") { Text = "<style>p{}</style><p>Mills:</p><ul><li>Orne</li></ul><blockquote>Which?</blockquote><img src='cid:1'>" },
            new MimePart("image", "png") { ContentId = "1", Content = new MimeContent(new MemoryStream(new byte[10])) },
        }));
        var flowed = new TextPart("plain") { Text = "The dam \r\nheld.\r\n\r\nIt did.\r\n" };
        flowed.ContentType.Format = "flowed";
        _folder.Add("b.eml", Message("B", flowed));

        Assert.Equal(["Mills:\n\n- Orne\n\nWhich?", "The dam held.\n\nIt did."],
            _folder.Read().Select(item => item.Document!.Text[(item.Document.Text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void AMailbox_GivesAMessageADocument_AndNamesThoseThatItCannotRead()
    {
        using var mailbox = new MemoryStream();
        mailbox.Write("From ada Wed Mar  2 14:05:00 1831\n"u8);
        mailbox.Write(Message("First", new TextPart("plain") { Text = "The text.\nFrom here on it\n\n>From the quarry." }, "1@karrow"));
        mailbox.Write("\n\nFrom ada Wed Mar  2 14:06:00 1831\n"u8);
        mailbox.Write(Message("Large", new TextPart("plain") { Text = new string('x', 300_000) }));
        mailbox.Write("\n\nFrom ada Wed Mar  2 14:07:00 1831\n"u8);
        mailbox.Write(Message("Secret", new Multipart("encrypted") { new MimePart("application", "octet-stream") { Content = new MimeContent(new MemoryStream([1])) } }));
        mailbox.Write("\n\nFrom ada Wed Mar  2 14:08:00 1831\nno header\n\nFrom ada Wed Mar  2 14:09:00 1831\n"u8);
        mailbox.Write(Message("Last", new TextPart("plain") { Text = "The end." }, "2@karrow"));
        _folder.Add("in.mbox", mailbox.ToArray());
        _folder.Add("packed.mbox.gz", Gzip(mailbox.ToArray()));

        var items = _folder.Read(new CorpusReadOptions { MaxMessageBytes = 100_000 });

        Assert.Equal(
            ["in.mbox#1@karrow", "in.mbox, message 2", "in.mbox, message 3", "in.mbox, message 4", "in.mbox#2@karrow"],
            items.Take(items.Count / 2).Select(item => item.Document?.SourceId ?? item.Skipped!.Path));
        Assert.Equal(["First", "Last", "First", "Last"], items.Where(item => item.Document is not null).Select(item => item.Document!.Title));
        Assert.Contains("From here on it", items[0].Document!.Text, StringComparison.Ordinal);
        Assert.Contains("larger than 100,000 bytes", items[1].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Contains("The message is encrypted. Save its text", items[2].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BadMessages_AreNamed()
    {
        var deep = new StringBuilder("From: a@b\nSubject: deep\nMIME-Version: 1.0\n");
        for (var level = 0; level < 5000; level++)
            deep.Append("Content-Type: multipart/mixed; boundary=\"").Append('b').Append(level).Append("\"\n\n--b").Append(level).Append('\n');
        _folder.Add("deep.eml", deep.ToString());
        _folder.Add("html.eml", Message("H", new TextPart("html") { Text = string.Concat(Enumerable.Repeat("<div>", 5000)) }));
        _folder.Add("none.eml", Message("N", new MimePart("image", "png") { Content = new MimeContent(new MemoryStream(new byte[10])) }));

        var items = _folder.Read().Where(item => !item.IsRemark).ToList();

        Assert.Equal(3, items.Count);
        Assert.NotEmpty(items[0].Skipped!.Reason);
        Assert.Contains("nested more than 512 deep", items[1].Skipped!.Reason, StringComparison.Ordinal);
        Assert.Contains("has attachments, but no text", items[2].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Notebooks_GiveMarkdownAndCode()
    {
        _folder.Add("mills_of.ipynb", """
            {"cells":[{"cell_type":"markdown","source":["# The mills\n","They *grind* rye:\n","\n","| Mill | Built |\n","|---|---|\n","| Orne | 1831 |"]},
            {"cell_type":"code","source":"def grind(rye):\n    return rye / 2\n","outputs":[{"text":"put out"}]},{"cell_type":"raw","source":"raw"}],"nbformat":4,"metadata":{}}
            """);

        var document = Assert.Single(_folder.Read()).Document!;

        Assert.Equal("The mills", document.Title);
        Assert.Equal("The mills\n\nThey grind rye:\n\nMill | Built\nOrne | 1831\n\ndef grind(rye):\n    return rye / 2", document.Text);
    }

    [Theory]
    [InlineData("{\"cells\":[", "It is no notebook, or damaged or cut off")]
    [InlineData("{\"worksheets\":[]}", "It is no notebook of version 4")]
    [InlineData("{\"cells\":[{\"cell_type\":\"code\",\"source\":[]}]}", "hold no text and no code")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "It is no notebook, or damaged or cut off")]
    public void BadNotebooks_AreNamed(string json, string reason)
    {
        _folder.Add("a.ipynb", json);

        Assert.Contains(reason, Assert.Single(_folder.Read()).Skipped!.Reason, StringComparison.Ordinal);
    }

    private static byte[] Message(string subject, MimeEntity body, string? id = null)
    {
        var message = new MimeMessage([new MailboxAddress("Ada Quist", "ada@karrow.example")], [new MailboxAddress("", "miller@karrow.example")], subject, body)
        {
            Date = new DateTimeOffset(2026, 3, 2, 14, 5, 0, TimeSpan.FromHours(1)),
        };
        if (id is not null)
            message.MessageId = id;
        using var file = new MemoryStream();
        message.WriteTo(file);
        return file.ToArray();
    }
}
