using System.Text;
using RealmWeb.Files;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class SourceMirrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-mirror-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_HasWhatWasKept_AndNothingOfWhatAKillLeftHalf()
    {
        string whole, lost, torn, stray;
        using (var mirror = SourceMirror.Open(_folder))
        {
            Store(mirror, "https://example.org/whole", "Whole.");
            Store(mirror, "https://example.org/lost", "Lost.");
            Store(mirror, "https://example.org/torn", "Torn in two.");
            Store(mirror, "https://example.org/gone", "Gone.");
            mirror.Remove("https://example.org/gone");
            mirror.Store(new MirrorItem("https://example.org/links") { Links = ["https://example.org/whole"], ETag = "\"1\"" });
            (whole, lost, torn) = (FileOf(mirror, "whole"), FileOf(mirror, "lost"), FileOf(mirror, "torn"));
            stray = Path.Combine(mirror.Files, SourceMirror.NameOf("https://example.org/stray", ".html"));
            // killed between the file and its line, within a line, and before the disk had all of a file
            File.WriteAllText(stray, "Stray.");
            File.WriteAllText(Path.Combine(mirror.Files, lost), "");
            File.WriteAllText(Path.Combine(mirror.Files, torn), "Torn");
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

        mirror.Store(new MirrorItem("https://example.org/a"), "%PDF"u8.ToArray(), ".pdf");

        Assert.Equal(SourceMirror.NameOf("https://example.org/a", ".pdf"), Path.GetFileName(Assert.Single(Directory.EnumerateFiles(mirror.Files))));
        Assert.Equal(4, mirror.Bytes);
    }

    [Fact]
    public void Store_KeepsWhatWasThere_WhenTheDiskHasNoRoom()
    {
        using (var mirror = SourceMirror.Open(_folder))
            Store(mirror, "https://example.org/a", "First.");
        using var full = SourceMirror.Open(_folder, reservedBytes: long.MaxValue / 2);

        var refused = Assert.Throws<DiskFullException>(() => Store(full, "https://example.org/a", "Second."));

        Assert.StartsWith("What is fetched needs 0.0 MiB but only 0.0 MiB may be used on the data disk.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("First.", File.ReadAllText(Path.Combine(full.Files, FileOf(full, "a"))));
        Assert.Equal(6, full.Bytes);
    }

    private static string FileOf(SourceMirror mirror, string page) => mirror.Find($"https://example.org/{page}")!.File!;

    private static void Store(SourceMirror mirror, string address, string text) =>
        mirror.Store(new MirrorItem(address), Encoding.UTF8.GetBytes(text), ".html");
}
