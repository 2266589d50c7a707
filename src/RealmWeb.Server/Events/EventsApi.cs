using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Data.Events;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Events;

/// <summary>What was missed while a connection was lost.</summary>
internal static class EventsApi
{
    private const int Part = 500;

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet($"{ApiRoutes.Events}/{{topic}}", ListAsync)
        .WithTags("Events").RequireAuthorization(Policies.SignedIn)
        .WithSummary("What happened in a topic above a number, by number, at most 500; a later state of a thing takes the place of the one before")
        .WithDescription("Who may read a thing may read its topic; to others the topic is not there.");

    private static async Task<Results<Ok<EventPage>, ProblemHttpResult>> ListAsync(
        string topic, EventStore store, TopicRights rights, ClaimsPrincipal user, CancellationToken cancellationToken, long after = 0)
    {
        if (!await rights.MayFollowAsync(user, topic, cancellationToken))
            return Problems.NotFound("unknown-topic", "Unknown topic", TopicRights.Refusal(topic));
        var events = await store.ReadAsync(topic, after, Part + 1, cancellationToken);
        return TypedResults.Ok(new EventPage([.. events.Take(Part).Select(EventStream.Envelope)], events.Count > Part));
    }
}
