using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs;
using RealmWeb.Jobs.Sources;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Sources;

/// <summary>Where the documents of a corpus come from, for whoever curates it.</summary>
internal static class SourcesApi
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup($"{ApiRoutes.Corpora}/{{name}}/sources").WithTags("Sources").RequireAuthorization(Policies.Curating)
            .WithMetadata(new HiddenWhenForbidden()).AddEndpointFilter(Refusals);
        sources.MapGet("", ListAsync).WithSummary("Sources of a corpus by name, each with what was taken over the last ten times");
        sources.MapGet("choices", Choices).WithSummary("Names of the folders, repositories and buckets in the settings; for others than administrators none");
        sources.MapPost("", PostAsync).WithSummary("Make a source; it is checked, but not read yet");
        sources.MapPut("{id:guid}", PutAsync).WithSummary("Change a source");
        sources.MapDelete("{id:guid}", DeleteAsync).WithSummary("Delete a source; documents=true deletes its documents too");
        sources.MapPost("{id:guid}/sync", SyncAsync).WithSummary("Bring a source into step, or say what that would add, change and remove");
        sources.MapPost("{id:guid}/cancel", CancelAsync).WithSummary("Break off what reads the source now");
    }

    private static async Task<Ok<IReadOnlyList<SourceView>>> ListAsync(
        string name, SourceDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.ListAsync(name, IsAdmin(user), cancellationToken));

    private static Ok<SourceChoices> Choices(
        IOptions<RealmJobsOptions> jobs, IOptions<RealmSourcesOptions> options, ClaimsPrincipal user) =>
        TypedResults.Ok(!IsAdmin(user) ? new SourceChoices([], [], []) : new SourceChoices(
            Sorted(jobs.Value.SourceFolders.Keys), Sorted(options.Value.Repositories.Keys), Sorted(options.Value.Buckets.Keys)));

    private static async Task<Created<SourceView>> PostAsync(
        string name, SaveSourceRequest request, SourceDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var made = await desk.CreateAsync(name, request, user.Identity!.Name!, IsAdmin(user), cancellationToken);
        return TypedResults.Created(ApiRoutes.Source(name, made.Id), made);
    }

    private static async Task<Results<Ok<SourceView>, ProblemHttpResult>> PutAsync(
        string name, Guid id, SaveSourceRequest request, SourceDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await desk.UpdateAsync(name, id, request, user.Identity!.Name!, IsAdmin(user), cancellationToken) is { } changed
            ? TypedResults.Ok(changed) : Unknown(name, id);

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string name, Guid id, SourceDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken, bool documents = false) =>
        await desk.DeleteAsync(name, id, documents, IsAdmin(user), cancellationToken) ? TypedResults.NoContent() : Unknown(name, id);

    private static async Task<Results<Accepted<RunStarted>, ProblemHttpResult>> SyncAsync(
        string name, Guid id, SyncSourceRequest request, SourceDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await desk.SyncAsync(name, id, request, user.Identity!.Name!, cancellationToken) is { } run
            ? TypedResults.Accepted(ApiRoutes.Run(run.Id), new RunStarted(run.Id)) : Unknown(name, id);

    private static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(
        string name, Guid id, SourceDesk desk, CancellationToken cancellationToken) =>
        await desk.CancelAsync(name, id, cancellationToken) ? TypedResults.NoContent() : Unknown(name, id);

    private static bool IsAdmin(ClaimsPrincipal user) => user.IsInRole(Roles.Admin);

    private static List<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static ProblemHttpResult Unknown(string corpus, Guid id) =>
        Problems.NotFound("unknown-source", "Unknown source", $"\"{corpus}\" has no source {id}. Pick one on the page of the corpus.");

    private static async ValueTask<object?> Refusals(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        // First of all, as for who must not know of it.
        if (call.HttpContext.GetRouteValue("name") is string name && !call.HttpContext.RequestServices.GetRequiredService<CorpusLibrary>().Exists(name))
            return Problems.UnknownCorpus(name);
        try
        {
            return await next(call);
        }
        catch (PrivateSourceException refused)
        {
            return Problems.Create(StatusCodes.Status403Forbidden, "private-source", "Source refused", refused.Message);
        }
        catch (Exception failure) when (RunRefusals.Of(failure, "bad-source", "Source refused") is { } refused)
        {
            return refused;
        }
    }
}
