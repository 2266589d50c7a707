using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Jobs.Sources;

/// <summary>What may be fetched, and how gently. None of it can be changed in the browser: it is for whoever runs the site to say.</summary>
public sealed class RealmSourcesOptions
{
    public const string Section = "Realm:Sources";

    /// <summary>Hosts that are fetched from although their addresses are not public, such as "wiki.intranet" or "localhost:8080"; without a port the usual
    /// ones.</summary>
    public IList<string> PrivateHosts { get; init; } = [];

    /// <summary>Ports that may be used beside 80 and 443.</summary>
    public IList<int> Ports { get; init; } = [];

    /// <summary>By which robots.txt knows the site, and the beginning of what it calls itself.</summary>
    [RegularExpression("[A-Za-z_-]{1,40}", ErrorMessage = "Realm:Sources:Agent has to be of 1 to 40 letters, hyphens and underscores.")]
    public string Agent { get; set; } = "RealmWeb";

    /// <summary>Between two requests to one host, at least; a site's robots.txt may ask for more.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Of one reply, from the first byte to the last.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A source that takes longer is broken off; what it had fetched is taken over, and nothing removed.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Bytes of one page or file; what is larger is left out.</summary>
    [Range(1024, 1L << 32)]
    public long FileBytes { get; set; } = 32L << 20;

    /// <summary>Bytes of one source, with all its files.</summary>
    [Range(1024, 1L << 40)]
    public long SourceBytes { get; set; } = 4L << 30;

    /// <summary>Pages of one web site, whatever its source asks for.</summary>
    [Range(1, 1_000_000)]
    public int Pages { get; set; } = 20_000;

    /// <summary>Repositories by the name under which an administrator chooses one.</summary>
    public IDictionary<string, RepositoryOptions> Repositories { get; init; } = new Dictionary<string, RepositoryOptions>(StringComparer.Ordinal);

    /// <summary>Buckets by the name under which an administrator chooses one.</summary>
    public IDictionary<string, BucketOptions> Buckets { get; init; } = new Dictionary<string, BucketOptions>(StringComparer.Ordinal);
}

/// <summary>A repository that is not public, or lies on this machine.</summary>
public sealed class RepositoryOptions
{
    /// <summary>An https address, or a path of this machine.</summary>
    public string Address { get; set; } = "";

    public string User { get; set; } = "";

    /// <summary>Password or token; empty for none.</summary>
    public string Token { get; set; } = "";
}

/// <summary>A bucket of S3, or of a store that speaks like it.</summary>
public sealed class BucketOptions
{
    public string Bucket { get; set; } = "";

    /// <summary>Address of the store; empty for AWS.</summary>
    public string Endpoint { get; set; } = "";

    public string Region { get; set; } = "us-east-1";

    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";
}
