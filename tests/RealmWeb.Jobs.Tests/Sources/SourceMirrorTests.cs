using System.Text;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class SourceMirrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-mirror-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_HasWhatWasKept_AndNothingOfWhatAKillLeftHalf()
    {
        string whole, lost, stray;
        using (var mirror = SourceMirror.Open(_folder))
        {
            Store(mirror, "https://example.org/whole", "Whole.");
            Store(mirror, "https://example.org/lost", "Lost.");
            Store(mirror, "https://example.org/gone", "Gone.");
            mirror.Remove("https://example.org/gone");
            mirror.Store(new MirrorItem("https://example.org/links") { Links = ["https://example.org/whole"], ETag = "\"1\"" });
            (whole, lost) = (mirror.Find("https://example.org/whole")!.File!, mirror.Find("https://example.org/lost")!.File!);
            stray = Path.Combine(mirror.Files, SourceMirror.NameOf("https://example.org/stray", ".html"));
            // killed between the file and its line, within a line, and before the disk had all of a file
            File.WriteAllText(stray, "Stray.");
            File.WriteAllText(Path.Combine(mirror.Files, lost), "");
        }
        File.AppendAllText(Path.Combine(_folder, "items.jsonl"), "{\"Address\":\"https://example.org/half\",\"Item\":{\"Addr");

        using var again = SourceMirror.Open(_folder);

        Assert.Equal(["https://example.org/links", "https://example.org/whole"], again.Items.Select(item => item.Address).Order(StringComparer.Ordinal));
        Assert.Equal([whole], Directory.EnumerateFiles(again.Files).Select(Path.GetFileName));
        Assert.Equal("\"1\"", again.Find("https://example.org/links")!.ETag);
        Assert.Equal(["https://example.org/whole"], again.Find("https://example.org/links")!.Links);
        Assert.Equal(6, again.Bytes);
    }

    [Fact]
    public void Store_PutsOneFileInThePlaceOfTheOther_AlsoUnderAnotherEnding()
    {
        using var mirror = SourceMirror.Open(_folder);
        Store(mirror, "https://example.org/a", "First.");

        mirror.Store(new MirrorItem("https://example.org/a"), "%PDF"u8, ".pdf");

        Assert.Equal(SourceMirror.NameOf("https://example.org/a", ".pdf"), Path.GetFileName(Assert.Single(Directory.EnumerateFiles(mirror.Files))));
        Assert.Equal(4, mirror.Bytes);
    }

    private static void Store(SourceMirror mirror, string address, string text) =>
        mirror.Store(new MirrorItem(address), Encoding.UTF8.GetBytes(text), ".html");
}
