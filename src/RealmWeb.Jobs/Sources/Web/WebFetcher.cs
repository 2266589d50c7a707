using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>What came of a request.</summary>
/// <param name="Status">Null where nothing came back.</param>
/// <param name="Failure">Why nothing did, or why it is of no use; null where it is.</param>
internal sealed record WebReply(HttpStatusCode? Status, string? Failure = null)
{
    public byte[] Content { get; init; } = [];

    /// <summary>Without its parameters, in lower case; empty where it is not said.</summary>
    public string ContentType { get; init; } = "";

    public string? Charset { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Where it leads, as it was written; null where it is no redirect.</summary>
    public string? Location { get; init; }

    /// <summary>Words of the header X-Robots-Tag.</summary>
    public string Robots { get; init; } = "";

    public bool IsOk => Status == HttpStatusCode.OK && Failure is null;

    public bool IsUnchanged => Status == HttpStatusCode.NotModified;

    /// <summary>It is not there any more, and the host says so itself.</summary>
    public bool IsGone => Status is HttpStatusCode.NotFound or HttpStatusCode.Gone;

    public bool IsRedirect => Status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>What went wrong, in words.</summary>
    public string Words => Failure ?? string.Create(CultureInfo.InvariantCulture, $"it answers {(int?)Status} ({Status})");
}

/// <summary>Fetches from the public internet, one request after the other, each bounded in size and time. Redirects are handed back, not followed: where
/// they lead is checked like any other address.</summary>
internal sealed class WebFetcher : IDisposable
{
    private const int MostWaits = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly RealmSourcesOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, DateTimeOffset> _lastAsked = new(StringComparer.OrdinalIgnoreCase);

    public WebFetcher(AddressGuard guard, IOptions<RealmSourcesOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options.Value, time);
        Guard = guard;
        // No proxy: it would connect in our place, to whatever address it finds.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = _options.Patience, MaxResponseHeadersLength = 64, ConnectCallback = guard.ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", $"{_options.Agent}/1.0 (question answering; respects robots.txt)");
    }

    public AddressGuard Guard { get; }

    /// <param name="pause">Between two requests to the host, where it asks for more than the settings do.</param>
    /// <param name="limit">Bytes at most, when unpacked.</param>
    /// <param name="etag">Of what is known already.</param>
    public async Task<WebReply> GetAsync(
        Uri address, CancellationToken cancellationToken, long? limit = null, TimeSpan pause = default, string? etag = null, string? lastModified = null)
    {
        for (var wait = 0; ; wait++)
        {
            await PaceAsync(address.Authority, pause, cancellationToken);
            var (reply, after) = await AskAsync(address, limit ?? _options.FileBytes, etag, lastModified, cancellationToken);
            if (wait == MostWaits || after is not { } asked || asked > LongestWait)
                return reply;
            await Task.Delay(asked, _time, cancellationToken);
        }
    }

    /// <summary>The same, following redirects; each is checked like an address of its own.</summary>
    /// <returns>The reply, and the address that gave it.</returns>
    public async Task<(WebReply Reply, Uri Address)> FollowAsync(
        Uri address, CancellationToken cancellationToken, long? limit = null, string? etag = null, string? lastModified = null)
    {
        const int Most = 5;
        for (var hops = 0; ; hops++)
        {
            var reply = await GetAsync(address, cancellationToken, limit, etag: etag, lastModified: lastModified);
            if (!reply.IsRedirect || reply.Location is null)
                return (reply, address);
            if (hops == Most)
                return (new WebReply(null, $"it leads on more than {Most} times"), address);
            try
            {
                address = Guard.Require(reply.Location, address);
            }
            catch (AddressRefusedException refused)
            {
                return (new WebReply(null, $"it leads elsewhere: {refused.Message}"), address);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task PaceAsync(string host, TimeSpan pause, CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (_lastAsked)
        {
            var now = _time.GetUtcNow();
            var next = _lastAsked.TryGetValue(host, out var last) ? last + TimeSpan.FromTicks(Math.Max(pause.Ticks, _options.Pause.Ticks)) : now;
            left = next > now ? next - now : TimeSpan.Zero;
            _lastAsked[host] = now + left;
        }
        if (left > TimeSpan.Zero)
            await Task.Delay(left, _time, cancellationToken);
    }

    private async Task<(WebReply Reply, TimeSpan? After)> AskAsync(
        Uri address, long limit, string? etag, string? lastModified, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (etag is not null)
                request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            if (lastModified is not null)
                request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var reply = Of(response);
            if (reply.Status == HttpStatusCode.OK)
            {
                var content = await ReadAsync(response, limit, patience.Token);
                reply = content is null
                    ? reply with { Failure = string.Create(CultureInfo.InvariantCulture, $"it is larger than {limit:N0} bytes") }
                    : reply with { Content = content };
            }
            return (reply, reply.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? AfterOf(response.Headers.RetryAfter) : null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new WebReply(null, string.Create(CultureInfo.InvariantCulture, $"it did not answer within {_options.Patience.TotalSeconds:0} s")), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or SocketException)
        {
            return (new WebReply(null, Innermost(failure)), null);
        }
    }

    private static WebReply Of(HttpResponseMessage response)
    {
        // Compared by hand below, so the words of a host's header are never parsed.
        string? Header(string name) => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString()
            : response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;
        var type = MediaTypeHeaderValue.TryParse(Header("Content-Type"), out var parsed) ? parsed : null;
        return new WebReply(response.StatusCode)
        {
            ContentType = type?.MediaType?.ToLowerInvariant() ?? "", Charset = type?.CharSet?.Trim('"'),
            ETag = Header("ETag"), LastModified = Header("Last-Modified"), Location = Header("Location"), Robots = Header("X-Robots-Tag") ?? "",
        };
    }

    // Null where there is more. Counted as it is unpacked: a small reply may be a large page.
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, long limit, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var held = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (held.Length + read > limit)
                return null;
            held.Write(buffer, 0, read);
        }
        return held.ToArray();
    }

    private TimeSpan? AfterOf(RetryConditionHeaderValue? after) => after is null ? null
        : after.Delta ?? (after.Date is { } date && date > _time.GetUtcNow() ? date - _time.GetUtcNow() : TimeSpan.Zero);

    private static string Innermost(Exception failure)
    {
        while (failure is not AddressRefusedException && failure.InnerException is { } inner)
            failure = inner;
        return failure.Message.TrimEnd('.');
    }
}
