using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.ApiClient;

/// <summary>The HTTP API of a site for other programs. <c>services.AddRealmApiClient(…)</c> adds it. Whatever the site refuses is a
/// <see cref="RealmApiException"/>; a site that is not reached is an <see cref="HttpRequestException"/>.</summary>
/// <param name="http">Its base address is that of the site, ending with a slash.</param>
public sealed class RealmApiClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    /// <summary>Answers a question.</summary>
    public Task<AskResponse> AskAsync(AskRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<AskResponse>(HttpMethod.Post, ApiRoutes.Ask, request, cancellationToken);

    /// <summary>The same for a question alone.</summary>
    /// <param name="corpus">Empty for the default one.</param>
    public Task<AskResponse> AskAsync(string question, string corpus = "", CancellationToken cancellationToken = default) =>
        AskAsync(new AskRequest(question, corpus), cancellationToken);

    /// <summary>The stages of an answer, the evidence as it was found, then the answer. Leaving the stream stops the work at the site.</summary>
    public async IAsyncEnumerable<AskUpdate> AskStreamAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reply = await SendAsync(HttpMethod.Post, ApiRoutes.AskStream, request, cancellationToken);
        if (reply.Content.Headers.ContentType?.MediaType != "text/event-stream")
            throw RealmApiException.OfOther(reply);
        await using var body = await reply.Content.ReadAsStreamAsync(cancellationToken);
        var answered = false;
        await foreach (var update in SseParser.Create(body, Read).EnumerateAsync(cancellationToken))
        {
            if (update.Data.Failure is { } failure)
                throw RealmApiException.OfStream(failure.Message, failure.TraceId, failure.RetryAfterSeconds);
            answered |= update.Data.Answer is not null;
            // An event that a later version of the site may have.
            if (update.Data is not { Stage: null, Evidence: null, Answer: null })
                yield return update.Data;
        }
        if (!answered)
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer stream ended without an answer. Ask again.");
    }

    /// <summary>Whether a corpus can answer now, from what, and example questions.</summary>
    /// <param name="corpus">Empty for the default one.</param>
    public Task<AskInfo> InfoAsync(string corpus = "", CancellationToken cancellationToken = default) =>
        SendAsync<AskInfo>(HttpMethod.Get, $"{ApiRoutes.AskInfo}?corpus={Uri.EscapeDataString(corpus)}", null, cancellationToken);

    /// <summary>All corpora by name.</summary>
    public async Task<IReadOnlyList<CorpusSummary>> CorporaAsync(CancellationToken cancellationToken = default) =>
        await SendAsync<List<CorpusSummary>>(HttpMethod.Get, ApiRoutes.Corpora, null, cancellationToken);

    /// <summary>A document that evidence points into, whole.</summary>
    public Task<DocumentView> DocumentAsync(string corpus, long id, CancellationToken cancellationToken = default) =>
        SendAsync<DocumentView>(HttpMethod.Get, ApiRoutes.Document(corpus, id), null, cancellationToken);

    /// <summary>Says what is right or wrong with an answer that this client got; it takes the place of what was said of it before.</summary>
    /// <param name="answer"><see cref="AskResponse.Id"/>.</param>
    public Task<FlagView> FlagAsync(Guid answer, FlagRequest flag, CancellationToken cancellationToken = default) =>
        SendAsync<FlagView>(HttpMethod.Put, ApiRoutes.Flag(answer), flag, cancellationToken);

    /// <summary>Takes back what was said of an answer.</summary>
    public async Task TakeFlagBackAsync(Guid answer, CancellationToken cancellationToken = default) =>
        (await SendAsync(HttpMethod.Delete, ApiRoutes.Flag(answer), null, cancellationToken)).Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string route, object? body, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(method, route, body, cancellationToken);
        if (reply.Content.Headers.ContentType?.MediaType != "application/json")
            throw RealmApiException.OfOther(reply);
        return (await reply.Content.ReadFromJsonAsync<T>(Json, cancellationToken))!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, object? body, CancellationToken cancellationToken)
    {
        // Relative: the site may lie below a path.
        using var request = new HttpRequestMessage(method, route.TrimStart('/'));
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: Json);
        var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (reply.IsSuccessStatusCode)
            return reply;
        using (reply)
            throw await RealmApiException.OfAsync(reply, cancellationToken);
    }

    private static AskUpdate Read(string type, ReadOnlySpan<byte> data) => type switch
    {
        "stage" => new(JsonSerializer.Deserialize<AskProgress>(data, Json), null, null),
        "evidence" => new(null, JsonSerializer.Deserialize<List<EvidencePassage>>(data, Json), null),
        "answer" => new(null, null, JsonSerializer.Deserialize<AskResponse>(data, Json)),
        "failure" => new(null, null, null, JsonSerializer.Deserialize<AskFailure>(data, Json)),
        _ => new(null, null, null),
    };
}
