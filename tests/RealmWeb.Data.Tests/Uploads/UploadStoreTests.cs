using System.Text;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Uploads;
using RealmWeb.Files;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Uploads;

public sealed class UploadStoreTests : IDisposable
{
    private readonly TempData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Add_KeepsContentAndNameButNotThePath()
    {
        var store = _data.Get<UploadStore>();
        using var pending = store.Begin();
        var upload = pending.Name;

        var file = await store.AddAsync(upload, "../../etc/notes.jsonl.gz", Bytes("hello"), cancellationToken: TestContext.Current.CancellationToken);
        await store.AddAsync(upload, "no ending", Bytes("x"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Matches("^u[0-9a-f]{32}\\.jsonl\\.gz$", file.StoredName);
        Assert.Equal(["../../etc/notes.jsonl.gz", "no ending"], store.Files(upload).Select(stored => stored.OriginalName));
        Assert.Equal("hello", await File.ReadAllTextAsync(store.PathOf(upload, file), TestContext.Current.CancellationToken));
        pending.Dispose();
        Assert.Empty(store.Files(upload));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_data.Folder, "uploads")));
    }

    [Fact]
    public async Task Add_Refuses_WhenTheDiskHasNoRoom()
    {
        var store = new UploadStore(new RealmPaths(_data.Folder), Options.Create(new RealmDataOptions { ReservedBytes = long.MaxValue / 2 }));
        using var pending = store.Begin();
        var upload = pending.Name;

        await Assert.ThrowsAsync<DiskFullException>(() => store.AddAsync(upload, "a.txt", Bytes("hello"), 5));
        Assert.Empty(store.Files(upload));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data.Folder, "uploads", upload)));
    }

    [Fact]
    public async Task Add_LeavesNothing_WhenTheSenderBreaksOff()
    {
        var store = _data.Get<UploadStore>();
        using var pending = store.Begin();
        var upload = pending.Name;

        await Assert.ThrowsAsync<IOException>(() => store.AddAsync(upload, "a.txt", new BrokenStream()));

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data.Folder, "uploads", upload)));
    }

    [Fact]
    public void Files_Refuses_WhenTheUploadIsAPath() =>
        Assert.Throws<ArgumentException>(() => _data.Get<UploadStore>().Files("../corpora"));

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The connection was closed.");
    }
}
