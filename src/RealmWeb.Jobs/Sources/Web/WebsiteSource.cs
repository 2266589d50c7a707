using System.Globalization;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>Pages of one host, found by links and by its sitemap.</summary>
internal sealed class WebsiteSource(WebFetcher web, IOptions<RealmSourcesOptions> options) : ISourceReader
{
    private const int MostDepth = 100;

    public SourceKind Kind => SourceKind.Website;

    public SaveSourceRequest Check(SaveSourceRequest source)
    {
        var settings = source.Website ?? new WebsiteSettings();
        var address = web.Guard.Require(source.Address);
        if (settings.MaxPages < 1 || settings.MaxPages > options.Value.Pages)
            throw new ArgumentException($"The number of pages is {settings.MaxPages}. Use 1 to {options.Value.Pages}.", nameof(source));
        if (settings.MaxDepth is < 0 or > MostDepth)
            throw new ArgumentException($"The depth is {settings.MaxDepth} links. Use 0 to {MostDepth}.", nameof(source));
        var prefix = (settings.PathPrefix ?? "").Trim();
        if (prefix.Length > 0 && prefix[0] != '/')
            throw new ArgumentException($"The path \"{prefix}\" does not begin with \"/\". Write it as in the address, such as /docs/.", nameof(source));
        return source with
        {
            Address = address.AbsoluteUri, Website = settings with { PathPrefix = prefix }, Feed = null, Git = null, Bucket = null,
        };
    }

    public bool IsPrivate(SaveSourceRequest source) => false;

    public async Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken)
    {
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        longest.CancelAfter(options.Value.Longest);
        var crawl = new WebCrawl(fetch, web, options.Value);
        try
        {
            await crawl.RunAsync(longest.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            fetch.Run.Log("warning", string.Create(CultureInfo.InvariantCulture,
                $"The site was broken off after {options.Value.Longest.TotalMinutes:0} minutes; what was fetched is taken over, and nothing removed."));
        }
        catch (AddressRefusedException refused)
        {
            throw new RunFailedException($"{refused.Message} Nothing was changed.");
        }
    }
}
