using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Server.Tests.Hosting;

/// <summary>A problem as RFC 9457 writes it.</summary>
public sealed record ProblemBody(string? Type, string? Title, int? Status, string? Detail, string? TraceId);

/// <summary>Reads what came back.</summary>
public static class Reply
{
    /// <summary>Requires a whole problem of this kind: type, title, status, a sentence that ends as one, and a trace id.</summary>
    public static async Task<ProblemBody> ProblemAsync(HttpResponseMessage reply, HttpStatusCode status, string kind)
    {
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(reply.StatusCode == status, $"Expected {status} but got {reply.StatusCode}: {text}");
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<ProblemBody>(text, JsonSerializerOptions.Web)!;
        Assert.Equal($"urn:realmweb:problem:{kind}", problem.Type);
        Assert.Equal((int)status, problem.Status);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title));
        Assert.Matches("^[A-Z\"1-9].*[.?]$", problem.Detail);
        Assert.False(string.IsNullOrWhiteSpace(problem.TraceId));
        return problem;
    }

    /// <summary>Requires success and reads the body.</summary>
    public static async Task<T> ValueAsync<T>(HttpResponseMessage reply)
    {
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(reply.IsSuccessStatusCode, $"Expected success but got {reply.StatusCode}: {text}");
        return JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!;
    }

    /// <summary>Waits until a run is over.</summary>
    public static async Task<RunSnapshot> EndOfRunAsync(HttpClient client, Guid run)
    {
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10);
        while (true)
        {
            var snapshot = await GetAsync<RunSnapshot>(client, ApiRoutes.Run(run));
            if (snapshot.IsFinal)
                return snapshot;
            Assert.True(TimeProvider.System.GetUtcNow() < until, $"The run is still {snapshot.State} after ten minutes: {snapshot.Stage}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<T> GetAsync<T>(HttpClient client, string route) =>
        (await client.GetFromJsonAsync<T>(route, TestContext.Current.CancellationToken))!;
}
