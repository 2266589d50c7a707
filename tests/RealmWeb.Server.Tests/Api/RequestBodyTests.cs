using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Tests.Api;

/// <summary>Walks every route that takes a JSON body, also those that are added later, with bodies that lack something or are too long.</summary>
[Collection(SiteTests.Name)]
public sealed class RequestBodyTests(SharedSite shared)
{
    private const string Malformed = "urn:realmweb:problem:malformed-request";

    private IEnumerable<SiteRoute> Routes => SiteRoutes.Of(shared.Site).Where(route => route.Body is not null);

    [Fact]
    public async Task EveryBody_IsRefused_WhenAFieldIsNullOrMissing()
    {
        using var admin = await AdminWithTokenAsync();
        var tried = 0;

        foreach (var route in Routes)
        {
            foreach (var (what, body) in Spoilt(route.Body!))
            {
                using var reply = await SendAsync(admin, route, body);
                var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(
                    reply.StatusCode == HttpStatusCode.BadRequest && text.Contains(Malformed, StringComparison.Ordinal),
                    $"{route.Route} with {what} answered {(int)reply.StatusCode}: {text}");
                tried++;
            }
        }

        Assert.True(tried > 30, $"Only {tried} spoilt bodies were tried.");
    }

    [Fact]
    public async Task EveryBody_IsRefused_WhenItIsLongerThan64KiB()
    {
        using var admin = await AdminWithTokenAsync();

        foreach (var route in Routes)
        {
            foreach (var chunked in new[] { false, true })
            {
                // Space says nothing of what the body will be: no route can find another fault before the length.
                var body = Json(new string(' ', 70_000) + "{}");
                using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path) { Content = body };
                request.Headers.TransferEncodingChunked = chunked;
                using var reply = await admin.SendAsync(request, TestContext.Current.CancellationToken);

                var problem = await Reply.ProblemAsync(reply, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
                Assert.Contains("65,536 bytes", problem.Detail, StringComparison.Ordinal);
            }
        }
    }

    // Some routes are for a widget's token alone.
    private async Task<HttpClient> AdminWithTokenAsync()
    {
        var admin = await shared.Site.AdminAsync();
        admin.DefaultRequestHeaders.Authorization = new("Bearer", shared.Site.Services.GetRequiredService<WidgetTokens>().Issue("w-any"));
        return admin;
    }

    [Fact]
    public async Task ListBody_IsRefused_WhenAnItemIsNull()
    {
        using var admin = await AdminWithTokenAsync();
        var lists = Routes.Where(route => ItemOf(route.Body!) is not null).ToList();

        foreach (var route in lists)
        {
            using var reply = await SendAsync(admin, route, "[null]");
            var problem = await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "malformed-request");
            Assert.Contains("An item of the list is null.", problem.Detail, StringComparison.Ordinal);
        }

        Assert.Contains(lists, route => route.Route.EndsWith("/gate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"userName":"\ud800","password":"long enough it is"}""")]
    [InlineData("""{"userName":["ada"],"password":"long enough it is"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Body_IsRefused_WhenItIsNotWhatTheRecordHolds(string json)
    {
        using var client = shared.Site.Anonymous();

        using var reply = await client.PostAsync(ApiRoutes.SignIn, Json(json), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Hub_RefusesARequestWithNull()
    {
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<HubException>(async () =>
        {
            await foreach (var _ in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), new AskRequest("Who?", null!), TestContext.Current.CancellationToken))
            {
            }
        });
    }

    private static IEnumerable<(string What, string Body)> Spoilt(Type body)
    {
        // Of a list each field of an item.
        if (ItemOf(body) is { } item)
            return Spoilt(item).Select(spoilt => (spoilt.What, $"[{spoilt.Body}]")).Append(("null in it", "[null]"));
        return body.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters()
            .SelectMany(field => Spoilt(body, field).Select(spoilt => ($"{field.Name} {spoilt.What}", spoilt.Body)));
    }

    private static Type? ItemOf(Type body) => body.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? body.GetGenericArguments().Single() : null;

    private static IEnumerable<(string What, string Body)> Spoilt(Type body, ParameterInfo field)
    {
        var name = char.ToLowerInvariant(field.Name![0]) + field.Name[1..];
        var mayBeNull = Nullable.GetUnderlyingType(field.ParameterType) is not null
            || new NullabilityInfoContext().Create(field).WriteState == NullabilityState.Nullable;
        if (!mayBeNull)
            yield return ("null", With(body, name, null));
        if (!field.HasDefaultValue)
            yield return ("missing", With(body, name, missing: true));
        if (Sample(field.ParameterType) is JsonArray)
            yield return ("[null]", With(body, name, new JsonArray((JsonNode?)null)));
        yield return ("of another kind", With(body, name, Sample(field.ParameterType) is JsonObject ? new JsonArray() : new JsonObject()));
    }

    private static string With(Type body, string name, JsonNode? value = null, bool missing = false)
    {
        var json = new JsonObject();
        foreach (var field in body.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters())
            json[char.ToLowerInvariant(field.Name![0]) + field.Name[1..]] = Sample(field.ParameterType);
        if (missing)
            json.Remove(name);
        else
            json[name] = value;
        return json.ToJsonString();
    }

    private static JsonNode? Sample(Type type) => type switch
    {
        _ when type == typeof(string) => "x",
        _ when type == typeof(bool) => true,
        _ when type.IsEnum => Enum.GetNames(type)[0],
        _ when type.IsPrimitive => 1,
        _ when type == typeof(StartTrainingRequest) || type == typeof(StartEvaluationRequest) || type == typeof(StartSyncRequest)
            || type == typeof(ChainOrder) => null,
        _ when type == typeof(DateTimeOffset) => "2026-01-01T00:00:00Z",
        _ when type == typeof(Guid) => $"{Guid.Empty}",
        _ when type.Namespace == typeof(SourceTimes).Namespace => new JsonObject { ["cron"] = "x", ["timeZone"] = "x" },
        _ when type == typeof(RunOrder) => new JsonObject { ["kind"] = "IndexBuild", ["indexOf"] = "x" },
        _ when type.IsAssignableFrom(typeof(string[])) => new JsonArray("x"),
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Sample(underlying),
        _ when type == typeof(IReadOnlyDictionary<int, PassageVerdict>) => new JsonObject { ["1"] = nameof(PassageVerdict.Answers) },
        _ when type == typeof(IReadOnlyDictionary<string, double>) => new JsonObject { ["x"] = 1 },
        _ when type.IsAssignableFrom(typeof(long[])) => new JsonArray(1),
        _ when type == typeof(LabelContent) => JsonSerializer.SerializeToNode(LabelContent.Empty, JsonSerializerOptions.Web),
        _ when type == typeof(IReadOnlyList<CorpusGrant>) => new JsonArray(new JsonObject { ["kind"] = "User", ["name"] = "x", ["role"] = "Asker" }),
        _ when type == typeof(IReadOnlyList<MergedPassage>) => new JsonArray(new JsonObject { ["label"] = 1, ["rank"] = 1 }),
        _ when type == typeof(NextItemRequest) || type == typeof(IReadOnlyDictionary<DeskAction, string>) => new JsonObject(),
        _ when type == typeof(MarkedPlace) => new JsonObject { ["documentId"] = 1, ["blockId"] = "x", ["start"] = 0, ["end"] = 1 },
        _ => throw new InvalidOperationException($"Say here what a {type} looks like in JSON."),
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, SiteRoute route, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path) { Content = Json(body) };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
