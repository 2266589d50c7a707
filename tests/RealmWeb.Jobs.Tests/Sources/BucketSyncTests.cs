using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class BucketSyncTests : IAsyncLifetime
{
    private const int PageSize = 2;
    private readonly ConcurrentDictionary<string, string> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _fetched = new();
    private LoopbackSite _store = null!;
    private SourceHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await LoopbackSite.StartAsync();
        _store.Handler = AnswerAsync;
        _host = await SourceHost.StartAsync(options => options.Buckets["papers"] = new BucketOptions
        {
            Bucket = "papers-2026", Endpoint = _store.Root, AccessKey = "key", SecretKey = "hidden-secret",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Sync_TakesOverExactlyTheObjects_ThatChanged()
    {
        _objects["rules/a.md"] = "# A\n\nRule a holds.";
        _objects["rules/b.txt"] = "Rule b holds.";
        _objects["rules/sub/ä c.txt"] = "Rule c holds.";
        _objects["rules/d.txt"] = "Rule d holds.";
        _objects["rules/picture.png"] = "no text";
        _objects["other/e.txt"] = "Not below the prefix.";
        var source = await AddAsync();
        var first = await _host.SyncAsync(source);
        Assert.Equal((RunState.Succeeded, 4L), (first.State, first.Added));
        Assert.Contains("s3://papers-2026/rules/sub/ä c.txt", _host.Documents().Keys);
        _fetched.Clear();

        // when one object changes, one goes and one comes
        _objects["rules/a.md"] = "# A\n\nRule a changed.";
        _objects.TryRemove("rules/b.txt", out _);
        _objects["rules/f.txt"] = "Rule f holds.";
        var second = await _host.SyncAsync(source);

        Assert.Equal((1L, 1L, 1L, 2L), (second.Added, second.Changed, second.Removed, second.Unchanged));
        Assert.Equal(["rules/a.md", "rules/f.txt"], _fetched.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sync_RemovesNothing_AndTellsNoSecret_WhenTheStoreRefuses()
    {
        _objects["rules/a.md"] = "# A\n\nRule a holds.";
        var source = await AddAsync();
        await _host.SyncAsync(source);
        _store.Handler = async context =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
            return true;
        };

        var sync = await _host.SyncAsync(source);

        Assert.Equal((RunState.Failed, 1), (sync.State, _host.Documents().Count));
        Assert.Contains("Access Denied", sync.Note, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-secret", sync.Note + await _host.LogAsync(sync.RunId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_FetchesNothing_WhenTheDiskHasNoRoom()
    {
        _objects["rules/a.md"] = "# A\n\nRule a holds.";
        await using var full = await SourceHost.StartAsync(
            options => options.Buckets["papers"] = new BucketOptions { Bucket = "papers-2026", Endpoint = _store.Root, AccessKey = "key", SecretKey = "s" },
            stores: options => options.ReservedBytes = long.MaxValue / 2);
        var source = await full.AddAsync(new SaveSourceRequest("Papers", SourceKind.Bucket, "papers", Bucket: new BucketSettings("rules/")));

        var sync = await full.SyncAsync(source);

        Assert.Equal((RunState.Failed, 0), (sync.State, _fetched.Count));
        Assert.StartsWith("Fetching Papers needs 0.0 MiB but only 0.0 MiB may be used on the data disk.", sync.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_IsRefused_WhenTheSettingsNameNoSuchBucket()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => _host.AddAsync(new SaveSourceRequest("Papers", SourceKind.Bucket, "other")));

        Assert.Contains("Realm:Sources:Buckets has papers.", refusal.Message, StringComparison.Ordinal);
    }

    private Task<SourceView> AddAsync() =>
        _host.AddAsync(new SaveSourceRequest("Papers", SourceKind.Bucket, "papers", Bucket: new BucketSettings("rules/")));

    // ListObjectsV2 and GetObject of the S3 protocol, two objects a page.
    private async Task<bool> AnswerAsync(HttpContext context)
    {
        var key = Uri.UnescapeDataString(context.Request.Path.Value!)["/papers-2026".Length..].TrimStart('/');
        // Signed by the key of the settings.
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=key/", context.Request.Headers.Authorization.ToString(), StringComparison.Ordinal);
        if (key.Length > 0)
        {
            _fetched.Enqueue(key);
            context.Response.Headers.ETag = TagOf(_objects[key]);
            await context.Response.WriteAsync(_objects[key]);
            return true;
        }
        var prefix = context.Request.Query["prefix"].ToString();
        var after = context.Request.Query["continuation-token"].ToString();
        var left = _objects.Where(found => found.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(found.Key, after) > 0)
            .OrderBy(found => found.Key, StringComparer.Ordinal).ToList();
        XNamespace s3 = "http://s3.amazonaws.com/doc/2006-03-01/";
        var page = left.Take(PageSize).ToList();
        var list = new XElement(s3 + "ListBucketResult",
            new XElement(s3 + "IsTruncated", left.Count > PageSize ? "true" : "false"),
            left.Count > PageSize ? new XElement(s3 + "NextContinuationToken", page[^1].Key) : null,
            page.Select(found => new XElement(s3 + "Contents", new XElement(s3 + "Key", found.Key), new XElement(s3 + "ETag", TagOf(found.Value)),
                new XElement(s3 + "LastModified", "2026-01-01T00:00:00.000Z"), new XElement(s3 + "Size", Encoding.UTF8.GetByteCount(found.Value)))));
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(list.ToString());
        return true;
    }

    private static string TagOf(string content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}\"";
}
