using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Schedules;

/// <summary>What is started by itself, and when.</summary>
internal static class SchedulesApi
{
    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var schedules = routes.MapGroup(ApiRoutes.Schedules).WithTags("Schedules").RequireAuthorization(Policies.Administering)
            .AddEndpointFilter(Refusals);
        schedules.MapGet("", (ScheduleDesk desk, CancellationToken cancellationToken) => desk.ListAsync(cancellationToken))
            .WithSummary("All schedules by name, each with its next time and its last five outcomes");
        schedules.MapGet("times", (string cron, string timeZone, ScheduleDesk desk) => desk.Preview(cron, timeZone))
            .WithSummary("The next five times of a cron expression in a time zone");
        schedules.MapPost("", PostAsync).WithSummary("Make a schedule; what it starts is checked as if it were started now");
        schedules.MapPut("{id:guid}", PutAsync).WithSummary("Change a schedule");
        schedules.MapPut("{id:guid}/enabled", EnableAsync).WithSummary("Switch a schedule on or off");
        schedules.MapDelete("{id:guid}", DeleteAsync).WithSummary("Delete a schedule; its runs and chains stay");
        schedules.MapPost("{id:guid}/run", RunAsync).WithSummary("Start now what the schedule starts");
    }

    private static async Task<Created<ScheduleView>> PostAsync(
        SaveScheduleRequest request, ScheduleDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var made = await desk.CreateAsync(request, user.Identity!.Name!, cancellationToken);
        return TypedResults.Created(ApiRoutes.Schedule(made.Id), made);
    }

    private static async Task<Results<Ok<ScheduleView>, ProblemHttpResult>> PutAsync(
        Guid id, SaveScheduleRequest request, ScheduleDesk desk, CancellationToken cancellationToken) =>
        await desk.UpdateAsync(id, request, cancellationToken) is { } changed ? TypedResults.Ok(changed) : Unknown(id);

    private static async Task<Results<Ok<ScheduleView>, ProblemHttpResult>> EnableAsync(
        Guid id, SetEnabledRequest request, ScheduleDesk desk, CancellationToken cancellationToken) =>
        await desk.SetEnabledAsync(id, request.Enabled, cancellationToken) is { } changed ? TypedResults.Ok(changed) : Unknown(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, ScheduleDesk desk, CancellationToken cancellationToken) =>
        await desk.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : Unknown(id);

    private static async Task<Results<Accepted<ScheduleStarted>, ProblemHttpResult>> RunAsync(
        Guid id, ScheduleDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await desk.RunNowAsync(id, user.Identity!.Name!, cancellationToken) is { } started
            ? TypedResults.Accepted(started.RunId is { } run ? ApiRoutes.Run(run) : ApiRoutes.Chain(started.ChainId!.Value), started)
            : Unknown(id);

    private static ProblemHttpResult Unknown(Guid id) =>
        Problems.NotFound("unknown-schedule", "Unknown schedule", $"There is no schedule {id}. Pick one from the list of schedules.");

    private static async ValueTask<object?> Refusals(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception failure) when (RunRefusals.Of(failure, "bad-schedule", "Schedule refused") is { } refused)
        {
            return refused;
        }
    }
}
