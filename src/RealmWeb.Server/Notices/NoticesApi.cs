using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Notices;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;

namespace RealmWeb.Server.Notices;

/// <summary>What ended, could not be started, or waits for a decision, since the account last looked.</summary>
internal static class NoticesApi
{
    private const int Shown = 20;

    // Who never looked is not told of all that ever ran.
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(7);

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        var notices = routes.MapGroup(ApiRoutes.Notices).WithTags("Notices").RequireAuthorization(Policies.Administering);
        notices.MapGet("", ListAsync)
            .WithSummary("Runs that ended, schedules that could start nothing and chains that wait for a decision, newest first, and how many are unread");
        notices.MapPut("seen", SeeAsync).WithSummary("The account has seen its notices up to a time");
    }

    private static async Task<Ok<NoticeList>> ListAsync(NoticeStore store, ClaimsPrincipal user, TimeProvider time, CancellationToken cancellationToken)
    {
        var looked = SignedInSession.Of(user) is { } session
            ? await store.SeenAsync(session.UserId, cancellationToken) : await store.SeenByHostsUserAsync(user.Identity!.Name!, cancellationToken);
        var seen = looked ?? time.GetUtcNow() - FirstLook;
        var runs = await store.EndedRunsAsync(Shown, cancellationToken);
        var troubles = await store.ScheduleTroublesAsync(Shown, cancellationToken);
        var notices = runs.Select(run => Of(run, seen)).Concat(troubles.Select(trouble => Of(trouble.Entry, trouble.Schedule, seen)))
            .Concat((await store.WaitingChainsAsync(cancellationToken)).Select(waiting => Of(waiting.Chain, waiting.Since, seen)))
            .OrderByDescending(notice => notice.At).Take(Shown);
        return TypedResults.Ok(new NoticeList(await store.CountAsync(seen, cancellationToken), [.. notices]));
    }

    private static async Task<NoContent> SeeAsync(
        NoticesSeenRequest request, NoticeStore store, IChangePublisher changes, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (SignedInSession.Of(user) is { } session)
            await store.SeeAsync(session.UserId, request.At, cancellationToken);
        else
            await store.SeeAsHostsUserAsync(user.Identity!.Name!, request.At, cancellationToken);
        // The same account may look from another page.
        changes.Changed(EventTopics.Notices, EventTypes.NoticesChanged, user.Identity!.Name!);
        return TypedResults.NoContent();
    }

    private static Notice Of(Run run, DateTimeOffset seen)
    {
        var (verb, level) = run.State switch
        {
            RunState.Succeeded => ("is done", NoticeLevel.Done),
            RunState.CompletedWithErrors => ("is done with errors", NoticeLevel.Warning),
            _ => ("failed", NoticeLevel.Failed),
        };
        var at = run.EndedAt ?? run.CreatedAt;
        return new($"{RunKinds.Of(run.Kind).Name} of {run.Target} {verb}", run.Error ?? "", level, $"runs/{run.Id}", at, at > seen);
    }

    private static Notice Of(Chain chain, DateTimeOffset since, DateTimeOffset seen) => new(
        $"{chain.Candidate} waits for your decision", chain.Error ?? (chain.Green == true ? "The gate is green." : "The gate is red."), NoticeLevel.Warning,
        $"chains/{chain.Id}", since, since > seen);

    private static Notice Of(ScheduleEntry entry, string schedule, DateTimeOffset seen)
    {
        var (verb, level) = entry.Result == ScheduleResult.Missed ? ("missed its time", NoticeLevel.Warning) : ("could start nothing", NoticeLevel.Failed);
        return new($"Schedule {schedule} {verb}", entry.Note ?? "", level, "schedules", entry.DueAt, entry.DueAt > seen);
    }
}
