using System.Net;
using System.Text.Json;

namespace RealmWeb.ApiClient;

/// <summary>The site did not do what was asked, and says why (problem details, RFC 9457).</summary>
public sealed class RealmApiException : Exception
{
    private RealmApiException(string message, HttpStatusCode? status, string? kind, string? traceId, TimeSpan? retryAfter)
        : base(message) => (Status, Kind, TraceId, RetryAfter) = (status, kind, traceId, retryAfter);

    /// <summary>Null where an answer stream had begun before it failed.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Stable name of the kind of problem, such as unknown-corpus; null where the site named none.</summary>
    public string? Kind { get; }

    /// <summary>What the site's log calls the request; null where it was not the site that answered.</summary>
    public string? TraceId { get; }

    /// <summary>How long to wait before the next try; null where waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static RealmApiException OfStream(string message, string traceId, double? retryAfterSeconds) =>
        new(message, null, null, traceId, retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    internal static async Task<RealmApiException> OfAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        var body = await reply.Content.ReadAsStringAsync(cancellationToken);
        var (detail, kind, traceId) = Parts(body);
        // No problem of the site: a proxy's page, or a sign-in page of the application around.
        var message = detail ?? $"{reply.RequestMessage?.RequestUri} answered with status {(int)reply.StatusCode} and no reason. Check the address of "
            + "RealmWeb, and what stands before it.";
        return new RealmApiException(message, reply.StatusCode, kind, traceId, reply.Headers.RetryAfter?.Delta);
    }

    /// <summary>A success that is none of the site's.</summary>
    internal static RealmApiException OfOther(HttpResponseMessage reply) => new(
        $"{reply.RequestMessage?.RequestUri} answered with {reply.Content.Headers.ContentType?.MediaType ?? "nothing"} where an answer of RealmWeb was "
            + "expected. Check the address, and whether a sign-in page stands before it.", reply.StatusCode, null, null, null);

    private static (string? Detail, string? Kind, string? TraceId) Parts(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json.RootElement, "detail") ?? Text(json.RootElement, "title"), Text(json.RootElement, "type")?.Split(':')[^1],
                    Text(json.RootElement, "traceId"))
                : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
