using System.IO.Compression;
using System.Net;
using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Sources;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>From a folder of files to an answer.</summary>
public sealed class CorpusJourneys(Site site)
{
    private const float WorkTime = 300_000;

    [Fact]
    public async Task Upload_AnswersFromTheFolder_WhenItsIndexIsBuilt()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-upload-");
        var notes = folder.CreateSubdirectory("notes");
        await WriteAsync(notes, "lighthouse.md",
            "# Lighthouse of Karrow\n\nThe lighthouse of Karrow was built in 1874 by Ingrid Solvang. It stands on the northern cliff.\n");
        await WriteAsync(notes, "ferry.md", "# Ferry of Karrow\n\nThe ferry sails at nine every morning. Captain Tobias Renn has steered it since 1998.\n");
        await WriteAsync(notes, "picture.bin", "\0\u0001\u0002");
        await File.WriteAllBytesAsync(Path.Combine(notes.FullName, "weir.pdf"), TwoColumns());
        await WriteWordAsync(Path.Combine(notes.FullName, "chapel.docx"),
            "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>Chapel of Karrow</w:t></w:r></w:p>"
                + "<w:p><w:r><w:t>The chapel of Karrow was painted in 1911 by Elsbeth Maurer. It seats forty people.</w:t></w:r></w:p>");
        await using var visit = await site.VisitAsAdminAsync();

        // A corpus is made; its name follows the title.
        await visit.OpenAsync("/corpora");
        await visit.Page.ClickAsync("text=New corpus");
        await Assertions.Expect(visit.Locator("#corpus-title")).ToBeFocusedAsync();
        await visit.Page.FillAsync("#corpus-title", "Karrow notes");
        await Assertions.Expect(visit.Locator("#corpus-name")).ToHaveValueAsync("karrow-notes");
        await visit.Page.ClickAsync("text=Make it");
        await visit.Page.WaitForURLAsync("**/corpora/karrow-notes");

        // The folder is sent; the file that cannot be read is named.
        await Assertions.Expect(visit.Page.GetByText("Choose a folder")).ToBeEnabledAsync();
        await visit.Page.GetByText("files, ").First.WaitForAsync();
        await visit.Page.SetInputFilesAsync("#upload-folder", notes.FullName);
        await visit.Page.GetByText("picture.bin").WaitForAsync();
        await visit.Locator(".data-table td >> text=Lighthouse of Karrow").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });

        // The index is built, by itself or on demand, and the corpus answers.
        await BuildIndexAsync(visit);
        await visit.OpenAsync("/c/karrow-notes");
        await visit.AskAsync("Who built the lighthouse of Karrow?");
        await visit.Locator(".answer-words, .no-answer").First.WaitForAsync();
        var passages = await visit.Locator(".evidence-text").AllInnerTextsAsync();
        Assert.Contains(passages, passage => passage.Contains("Ingrid Solvang"));

        // So do its Word document, and the second column of the second page of its PDF.
        await visit.OpenAsync("/c/karrow-notes");
        await visit.AskAsync("Who painted the chapel of Karrow?");
        await Assertions.Expect(visit.Locator(".evidence").First).ToContainTextAsync("Elsbeth Maurer");
        await visit.OpenAsync("/c/karrow-notes");
        await visit.AskAsync("Who rebuilt the weir of Karrow?");
        await Assertions.Expect(visit.Locator(".answer-words")).ToHaveTextAsync("Marta Hale");
        var weir = visit.Locator(".evidence").First;
        await Assertions.Expect(weir).ToContainTextAsync("The weir of Karrow was rebuilt in 1902 by Marta Hale. She had learned her trade");
        await Assertions.Expect(weir.Locator(".evidence-page")).ToHaveTextAsync("p. 2");
        await weir.Locator("h3 a").ClickAsync();
        await visit.Page.GetByText("the mark is on page 2").WaitForAsync();
        await Assertions.Expect(visit.Locator("mark").First).ToContainTextAsync("Marta Hale");
        // The page as it is drawn has the mark where the words are printed: the second column begins 320 points from the left, its second line 76 from the top.
        // By key: the page still scrolls to the mark, and a mouse that is pressed while the button moves clicks nothing.
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show pages" }).PressAsync("Enter");
        await visit.Locator("#page-mark").WaitForAsync();
        var mark = await visit.Locator("#page-mark").EvaluateAsync<float[]>("box => ['x', 'y', 'width', 'height'].map(name => box[name].baseVal.value)");
        Assert.InRange(mark[0], 318, 350);
        Assert.InRange(mark[1] + mark[3], 74, 82);
        Assert.InRange(mark[2], 40, 75);
        await Accessibility.AssertNoneAsync(visit, "a page of a document");

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Source_IsTriedSyncedAndAnsweredFrom()
    {
        using var pages = new HttpListener();
        pages.Prefixes.Add(site.SourceSite.AbsoluteUri);
        pages.Start();
        _ = ServeAsync(pages);
        var violations = new List<string>();
        await using var visit = await site.VisitAsAdminAsync();
        await visit.Page.APIRequest.PostAsync(ApiRoutes.Corpora, new() { DataObject = new CreateCorpusRequest("tidewater", "Tidewater") });
        await visit.OpenAsync("/corpora/tidewater");

        // The source is made from its address.
        await visit.Page.ClickAsync("text=Add a source");
        await visit.Page.FillAsync("#source-name", "Harbour site");
        await visit.Page.FillAsync("#source-address", site.SourceSite.AbsoluteUri);
        await Accessibility.CheckAsync(visit, "the dialog of a source", violations);
        await visit.Locator("button[form=source-form]").ClickAsync();

        // A trial says what would come, and nothing comes.
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try: Harbour site" }).ClickAsync();
        await visit.Page.GetByText("2 would be added, 0 changed, 0 would be removed").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await Assertions.Expect(visit.Locator(".source-changes")).ToContainTextAsync("Pilot of Tidewater");
        await Accessibility.CheckAsync(visit, "a corpus with a source that was tried", violations);
        await Assertions.Expect(visit.Locator(".data-table td >> text=Pilot of Tidewater")).ToHaveCountAsync(0);

        // The sync brings it, and an answer leads back to its page.
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sync now: Harbour site" }).ClickAsync();
        await visit.Page.GetByText("2 added, 0 changed, 0 removed").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await visit.Locator(".data-table td >> text=Pilot of Tidewater").WaitForAsync();
        await BuildIndexAsync(visit);
        await visit.OpenAsync("/c/tidewater");
        await visit.AskAsync("Who pilots the ships of Tidewater?");
        var evidence = visit.Locator(".evidence").First;
        await Assertions.Expect(evidence).ToContainTextAsync("Henrike Voss");
        await Assertions.Expect(evidence.Locator(".evidence-source a")).ToHaveAttributeAsync("href", $"{site.SourceSite}pilot");
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public async Task WatchedFolder_AnswersWithTheNewWords_WhenAFileInItChanges()
    {
        await WriteAsync(site.WatchedFolder, "quarry.md", "# Quarry of Selby\n\nThe quarry of Selby is managed by Orla Finch. It sells slate and gravel.\n");
        await WriteAsync(site.WatchedFolder, "library.md", "# Library of Selby\n\nThe library of Selby opens at ten. It lends maps of the moor.\n");
        await using var admin = await site.VisitAsAdminAsync();
        await using var asker = await site.VisitAsync();
        await admin.Page.APIRequest.PostAsync(ApiRoutes.Corpora, new() { DataObject = new CreateCorpusRequest("selby", "Selby") });

        await admin.OpenAsync("/corpora/selby");
        await admin.Page.ClickAsync("text=Add a source");
        await admin.Page.SelectOptionAsync("#source-kind", nameof(SourceKind.Folder));
        await admin.Page.FillAsync("#source-name", "Shared folder");
        await Assertions.Expect(admin.Locator("#source-address")).ToHaveValueAsync(Site.WatchedFolderName);
        await admin.Locator("button[form=source-form]").ClickAsync();
        await SyncAsync(admin, "Shared folder", "2 added, 0 changed, 0 removed, 0 unchanged");
        await BuildIndexAsync(admin);
        Assert.Equal("Orla Finch", await AnswerAsync(asker, "selby", "Who manages the quarry of Selby?"));

        await WriteAsync(site.WatchedFolder, "quarry.md", "# Quarry of Selby\n\nThe quarry of Selby is managed by Piet Dahl. It sells slate and gravel.\n");
        await SyncAsync(admin, "Shared folder", "0 added, 1 changed, 0 removed, 1 unchanged");
        Assert.Equal("Piet Dahl", await AnswerAsync(asker, "selby", "Who manages the quarry of Selby?"));
        await Assertions.Expect(asker.Locator(".evidence >> text=Orla Finch")).ToHaveCountAsync(0);

        // The former text can still be read, and what changed.
        await asker.Locator(".evidence h3 a >> text=Quarry of Selby").ClickAsync();
        await asker.Page.GetByText("2 versions").ClickAsync();
        await asker.Page.GetByText("What changed since version 1").ClickAsync();
        await Assertions.Expect(asker.Locator(".changes del")).ToContainTextAsync("managed by Orla Finch");
        await Assertions.Expect(asker.Locator(".changes ins")).ToContainTextAsync("managed by Piet Dahl");
        await Accessibility.AssertNoneAsync(asker, "what changed in a document");
        await asker.Page.SelectOptionAsync("#against", "");
        await asker.Page.GetByText("This is the current text").WaitForAsync();
    }

    private static async Task SyncAsync(Visit visit, string source, string outcome)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Sync now: {source}" }).ClickAsync();
        await visit.Page.GetByText(outcome).WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
    }

    private static async Task<string> AnswerAsync(Visit visit, string corpus, string question)
    {
        await visit.OpenAsync($"/c/{corpus}");
        await visit.AskAsync(question);
        return await visit.Locator(".answer-words").First.InnerTextAsync();
    }

    // Two pages; the others are not there.
    private static async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var page = context.Request.Url!.AbsolutePath switch
            {
                "/" => "<title>Harbour of Tidewater</title><h1>Harbour of Tidewater</h1><p>The harbour opens at six.</p><a href=\"/pilot\">The pilot</a>",
                "/pilot" => "<title>Pilot of Tidewater</title><h1>Pilot of Tidewater</h1><p>Henrike Voss pilots the ships of Tidewater since 2009.</p>",
                _ => null,
            };
            context.Response.StatusCode = page is null ? 404 : 200;
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page ?? ""));
            context.Response.Close();
        }
    }

    private static async Task BuildIndexAsync(Visit visit)
    {
        var ready = visit.Locator(".title-with-chip >> text=Ready");
        var build = visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Build index" });
        await ready.Or(visit.Locator(".title-with-chip >> text=No index")).First.WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        if (await ready.CountAsync() == 0) await build.ClickAsync();
        await ready.WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
    }

    // Two pages of two columns, the first of them long enough for passages of its own.
    private static byte[] TwoColumns()
    {
        using var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        string[] kinds = ["rye", "oats", "barley", "wheat", "peas", "hay", "flax", "straw"];
        var first = Enumerable.Range(0, 90).Select(line => $"Field {line} by the river grew {kinds[line % 8]} that year.").ToArray();
        Write(first[..45], first[45..]);
        Write(
            ["The mill beside the river has four", "stones and grinds rye for the whole", "valley, from the first frost until", "the thaw, when the water is too high", "for its wheel."],
            ["The weir of Karrow was rebuilt in 1902", "by Marta Hale. She had learned her", "trade at the dam further up, and used", "stones from the old quarry, which", "still stand in their place."]);
        return builder.Build();

        void Write(string[] left, string[] right)
        {
            var page = builder.AddPage(PageSize.A4);
            foreach (var (column, at) in new[] { (left, 50), (right, 320) })
            {
                for (var line = 0; line < column.Length; line++)
                    page.AddText(column[line], 11, new PdfPoint(at, 780 - line * 14), font);
            }
        }
    }

    private static async Task WriteWordAsync(string path, string body)
    {
        await using var file = File.Create(path);
        await using var package = new ZipArchive(file, ZipArchiveMode.Create);
        await WriteAsync("_rels/.rels", """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
             Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>
            """);
        await WriteAsync("word/document.xml",
            $"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>");

        async Task WriteAsync(string part, string xml)
        {
            await using var writer = new StreamWriter(package.CreateEntry(part).Open());
            await writer.WriteAsync(xml);
        }
    }

    private static Task WriteAsync(DirectoryInfo folder, string name, string text) => File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text);
}
