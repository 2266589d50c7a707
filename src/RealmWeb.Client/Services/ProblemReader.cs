using System.Text.Json;

namespace RealmWeb.Client.Services;

/// <summary>Makes a <see cref="Problem"/> of a failed response (problem details, RFC 9457).</summary>
public static class ProblemReader
{
    public static async Task<Problem> ReadAsync(HttpResponseMessage response)
    {
        var retryAfter = response.Headers.RetryAfter?.Delta;
        return Read((int)response.StatusCode, await response.Content.ReadAsStringAsync(), retryAfter);
    }

    /// <param name="body">Problem details as JSON, or anything a proxy may have sent instead.</param>
    public static Problem Read(int status, string body, TimeSpan? retryAfter = null)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return new(Message(json.RootElement) ?? Standard(status), status, Text(json.RootElement, "traceId"), retryAfter,
                    Text(json.RootElement, "type")?.Split(':')[^1], Lines(json.RootElement), Count(json.RootElement));
        }
        catch (JsonException)
        {
            // Not problem details: a proxy's error page, or nothing at all. The status still says enough.
        }

        return new(Standard(status), status, null, retryAfter);
    }

    private static string? Message(JsonElement problem)
    {
        if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object)
        {
            var messages = errors.EnumerateObject()
                .Where(field => field.Value.ValueKind == JsonValueKind.Array)
                .SelectMany(field => field.Value.EnumerateArray())
                .Select(message => message.ToString());
            var joined = string.Join(" ", messages);
            if (joined.Length > 0) return joined;
        }

        return Text(problem, "detail") ?? Text(problem, "title");
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string[]? Lines(JsonElement problem) =>
        problem.TryGetProperty("lines", out var lines) && lines.ValueKind == JsonValueKind.Array
            ? [.. lines.EnumerateArray().Select(line => line.ToString())]
            : null;

    private static int Count(JsonElement problem) =>
        problem.TryGetProperty("count", out var count) && count.TryGetInt32(out var number) ? number : 0;

    private static string Standard(int status) => status switch
    {
        401 => "Sign in to do this.",
        403 => "Your account may not do this. Ask an administrator for the role.",
        404 => "There is nothing at this address. It may have been deleted.",
        409 => "The state changed meanwhile. Load the page again.",
        413 => "The upload is too large for the server.",
        429 => "Too many requests. Wait a moment.",
        _ => $"The server answered with status {status}. Try again; if it stays, ask an administrator.",
    };
}
