using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>Corpora.</summary>
internal static class CorporaApi
{
    public static void MapCorpora(this IEndpointRouteBuilder routes)
    {
        var corpora = routes.MapGroup(ApiRoutes.Corpora).WithTags("Corpora").WithMetadata(new HiddenWhenForbidden());
        corpora.MapGet("", ListAsync).RequireAuthorization(Policies.Asking).WithSummary("All corpora by name");
        corpora.MapPost("", CreateAsync).RequireAuthorization(Policies.Administering).WithSummary("Make an empty corpus");
        corpora.MapGet("{name}", GetAsync).RequireAuthorization(Policies.Asking).WithSummary("One corpus");
        corpora.MapDelete("{name}", DeleteAsync).RequireAuthorization(Policies.Administering).WithSummary("Delete a corpus with its index");
        corpora.MapPost("{name}/index", BuildIndexAsync).RequireAuthorization(Policies.Curating).WithSummary("Build the index of a corpus");
        corpora.MapDelete("{name}/fit", ForgetFit).RequireAuthorization(Policies.Curating).WithSummary("Forget what was fitted to a corpus")
            .WithDescription("Each model then says how sure it is as it would elsewhere. POST /api/evaluations/{id}/fit fits it anew.");
    }

    private static async Task<Ok<List<CorpusSummary>>> ListAsync(
        CorpusSummaries summaries, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await summaries.ListAsync(rights, user, cancellationToken));

    private static async Task<Results<Ok<CorpusSummary>, ProblemHttpResult>> GetAsync(
        string name, CorpusSummaries summaries, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await summaries.FindAsync(name, rights, user, cancellationToken) is { } summary ? TypedResults.Ok(summary) : Problems.UnknownCorpus(name);

    private static async Task<Results<Created<CorpusSummary>, ProblemHttpResult>> CreateAsync(
        CreateCorpusRequest request, CorpusLibrary library, CorpusSummaries summaries, CorpusRecords records, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        if (!CorpusLibrary.IsValidName(request.Name))
            return Problems.BadRequest("bad-corpus-name", "Corpus name refused",
                EntryName.Refusal(request.Name, "a corpus"));
        if (library.Exists(request.Name))
            return Problems.Conflict("corpus-exists", "Corpus exists", $"There already is a corpus \"{request.Name}\". Choose another name.");
        // Left by one of this name that was deleted in another way.
        await records.ForgetAsync(request.Name, cancellationToken);
        library.Create(request.Name, request.Title.Trim());
        return TypedResults.Created(ApiRoutes.Corpus(request.Name), await summaries.FindAsync(request.Name, CorpusRights.All, user, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string name, CorpusLibrary library, CorpusRecords records, RunReader runs, CancellationToken cancellationToken)
    {
        if (!library.Exists(name))
            return Problems.UnknownCorpus(name);
        if (await runs.FindActiveAsync(name, cancellationToken) is { } run)
            return Problems.Conflict(
                "corpus-busy", "Corpus in use", $"Run {run.Id} ({run.Kind}) works on \"{name}\". Cancel it or wait for its end, then delete the corpus.");
        try
        {
            library.Delete(name);
            await records.ForgetAsync(name, cancellationToken);
        }
        catch (CorpusBusyException busy)
        {
            // By the command: the site knows no run of it.
            return Problems.Conflict("corpus-busy", "Corpus in use", busy.Message);
        }
        return TypedResults.NoContent();
    }

    private static Results<NoContent, ProblemHttpResult> ForgetFit(string name, CorpusFitting fitting) =>
        fitting.Forget(name) ? TypedResults.NoContent() : Problems.UnknownCorpus(name);

    private static async Task<Results<Accepted<RunStarted>, ProblemHttpResult>> BuildIndexAsync(
        string name, CorpusLibrary library, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Info().Blocks == 0)
            return Problems.Conflict("corpus-empty", "Corpus is empty", $"\"{name}\" has no passages yet. Upload documents first.");
        var run = await launcher.LaunchAsync(new IndexBuildParameters(name), user.Identity!.Name!, cancellationToken: cancellationToken);
        return TypedResults.Accepted(ApiRoutes.Run(run.Id), new RunStarted(run.Id));
    }
}
