using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Data.Events;
using RealmWeb.Server.Accounts;

namespace RealmWeb.Server.Events;

/// <summary>What was missed while a connection was lost.</summary>
internal static class EventsApi
{
    private const int Part = 500;

    // The policy is that of the hub, where topics are followed.
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet($"{ApiRoutes.Events}/{{topic}}", ListAsync)
        .WithTags("Events").RequireAuthorization(Policies.Administering)
        .WithSummary("What happened in a topic above a number, by number, at most 500; a later state of a thing takes the place of the one before");

    private static async Task<Ok<EventPage>> ListAsync(string topic, EventStore store, CancellationToken cancellationToken, long after = 0)
    {
        var events = await store.ReadAsync(topic, after, Part + 1, cancellationToken);
        return TypedResults.Ok(new EventPage([.. events.Take(Part).Select(EventStream.Envelope)], events.Count > Part));
    }
}
