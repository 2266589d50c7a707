using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Sources;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Sources.Buckets;

/// <summary>Objects of a bucket of S3, or of a store that speaks like it. Which buckets there are, and the keys to them, the settings say.</summary>
internal sealed class BucketSource(IOptions<RealmSourcesOptions> options) : ISourceReader
{
    public SourceKind Kind => SourceKind.Bucket;

    public SaveSourceRequest Check(SaveSourceRequest source)
    {
        OptionsOf(source.Address);
        return source with { Bucket = source.Bucket ?? new BucketSettings(), Website = null, Feed = null, Git = null };
    }

    public bool IsPrivate(SaveSourceRequest source) => true;

    public async Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken)
    {
        var bucket = OptionsOf(fetch.Source.Address);
        using var store = ClientOf(bucket);
        var met = new HashSet<string>(StringComparer.Ordinal);
        var (done, taken, unread) = (0, 0, 0);
        try
        {
            var list = new ListObjectsV2Request { BucketName = bucket.Bucket, Prefix = fetch.Source.Bucket?.Prefix ?? "" };
            ListObjectsV2Response page;
            do
            {
                page = await store.ListObjectsV2Async(list, cancellationToken);
                foreach (var found in page.S3Objects ?? [])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var address = $"s3://{bucket.Bucket}/{found.Key}";
                    if (found.Key.EndsWith('/') || EndingOf(found.Key) is not { } ending)
                    {
                        unread++;
                        continue;
                    }
                    met.Add(address);
                    done++;
                    if (fetch.Mirror.Find(address) is { } known && known.ETag == found.ETag)
                        fetch.Mirror.Keep(known, fetch.RunName);
                    else if (await TakeAsync(fetch, store, bucket, found, address, ending, cancellationToken))
                        taken++;
                    fetch.Run.Report(done, null, "objects", string.Create(
                        CultureInfo.InvariantCulture, $"Reading bucket {bucket.Bucket}: {done} objects, {taken} of them new or changed"));
                }
                list.ContinuationToken = page.NextContinuationToken;
            }
            while (page.IsTruncated == true);
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new RunFailedException(
                $"The bucket \"{bucket.Bucket}\" of Realm:Sources:Buckets:{fetch.Source.Address} cannot be read: {failure.Message.TrimEnd('.')}. "
                    + "Nothing was removed.");
        }
        if (unread > 0)
            fetch.Run.Log("info", $"{unread} objects are left out, as nothing reads files of their endings.");
        foreach (var gone in fetch.Mirror.Items.Where(item => !met.Contains(item.Address)).ToList())
            fetch.Mirror.Remove(gone.Address);
    }

    private async Task<bool> TakeAsync(
        SourceFetch fetch, AmazonS3Client store, BucketOptions bucket, S3Object found, string address, string ending, CancellationToken cancellationToken)
    {
        if (found.Size > options.Value.FileBytes || fetch.Mirror.Bytes + found.Size > options.Value.SourceBytes)
        {
            fetch.Run.Log("warning", string.Create(CultureInfo.InvariantCulture,
                $"{ShownNames.Clean(address)} was left out: it has {found.Size:N0} bytes. Realm:Sources:FileBytes and SourceBytes say how many are read."));
            return false;
        }
        using var response = await store.GetObjectAsync(new GetObjectRequest { BucketName = bucket.Bucket, Key = found.Key }, cancellationToken);
        using var content = new MemoryStream();
        await using (response.ResponseStream)
            await response.ResponseStream.CopyToAsync(content, cancellationToken);
        if (content.Length == 0)
            return false;
        // The one that came, should it have changed since the list.
        fetch.Mirror.Store(
            new MirrorItem(address, SeenBy: fetch.RunName) { ETag = response.ETag ?? found.ETag },
            content.GetBuffer().AsMemory(0, (int)content.Length), ending);
        return true;
    }

    private static string? EndingOf(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        return CorpusFormats.Extensions.Where(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)).MaxBy(ending => ending.Length);
    }

    private BucketOptions OptionsOf(string? name) => options.Value.Buckets.TryGetValue(name ?? "", out var bucket) ? bucket
        : throw new ArgumentException(options.Value.Buckets.Count == 0
            ? "There is no bucket to read. Name one in the setting Realm:Sources:Buckets:NAME."
            : $"There is no bucket \"{name}\". Realm:Sources:Buckets has {string.Join(", ", options.Value.Buckets.Keys.Order(StringComparer.Ordinal))}.",
            nameof(name));

    private AmazonS3Client ClientOf(BucketOptions bucket)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = bucket.Region, Timeout = options.Value.Patience, MaxErrorRetry = 2,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (bucket.Endpoint.Length > 0)
            (config.ServiceURL, config.ForcePathStyle) = (bucket.Endpoint, true);
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(bucket.Region);
        AWSCredentials credentials = bucket.AccessKey.Length > 0 ? new BasicAWSCredentials(bucket.AccessKey, bucket.SecretKey) : new AnonymousAWSCredentials();
        return new AmazonS3Client(credentials, config);
    }
}
