using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Models;
using RealmWeb.Data.Models;
using RealmWeb.Jobs.Chains;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Models;

/// <summary>The models and which of them answers.</summary>
internal static class ModelsApi
{
    private const int MostCompared = 5;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("").WithTags("Models").RequireAuthorization(Policies.Administering);
        models.MapGet(ApiRoutes.Models, ListAsync).WithSummary("All models by name");
        models.MapGet(ApiRoutes.Production, ProductionAsync).WithSummary("The model that answers");
        models.MapGet(ApiRoutes.Promotions, Promotions).WithSummary("Which model answered from when on, newest first");
        models.MapPost($"{ApiRoutes.Models}/{{model}}/promote", PromoteAsync).WithSummary("Let a model answer");
        models.MapPost(ApiRoutes.Rollback, RollBackAsync).WithSummary("Let the model before answer again");
        models.MapGet(ApiRoutes.ModelComparison, Compare).WithSummary("Two to five models on questions that all of them were asked");
        models.MapGet($"{ApiRoutes.Models}/{{model}}/files", DownloadAsync).WithSummary("A model as a zip archive of a folder that loads here and elsewhere");
        models.MapDelete($"{ApiRoutes.Models}/{{model}}", DeleteAsync).WithSummary("Delete a model that nothing needs");
    }

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelSummaries summaries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await summaries.ListAsync(cancellationToken));

    private static async Task<Results<Ok<ModelSummary>, ProblemHttpResult>> ProductionAsync(
        ModelSummaries summaries, CancellationToken cancellationToken) =>
        await summaries.ProductionAsync(cancellationToken) is { } model
            ? TypedResults.Ok(model)
            : Problems.NotFound("no-model", "No model", "No model is installed. Import one with `realm model import`, or train one.");

    private static Ok<List<Promotion>> Promotions(ModelLibrary library) =>
        TypedResults.Ok(library.Promotions().Reverse().Select(PromotionOf).ToList());

    private static async Task<Results<Ok<Promotion>, ProblemHttpResult>> PromoteAsync(
        string model, PromoteRequest request, CandidatePromotion promotion, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Problems.BadRequest("reason-missing", "Reason missing", "Say why in \"reason\"; the ledger keeps it beside the change.");
        try
        {
            return TypedResults.Ok(PromotionOf(await promotion.PromoteAsync(model, user.Identity!.Name!, request.Reason.Trim(), cancellationToken)));
        }
        catch (ModelNotFoundException unknown)
        {
            return Problems.NotFound("unknown-model", "Unknown model", unknown.Message);
        }
    }

    private static async Task<Results<Ok<Promotion>, ProblemHttpResult>> RollBackAsync(
        PromoteRequest request, CandidatePromotion promotion, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        try
        {
            var reason = string.IsNullOrWhiteSpace(request.Reason) ? "rolled back" : request.Reason.Trim();
            return TypedResults.Ok(PromotionOf(await promotion.RollBackAsync(user.Identity!.Name!, reason, cancellationToken)));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ModelNotFoundException)
        {
            return Problems.Conflict("no-former-model", "No former model", exception.Message);
        }
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> DownloadAsync(
        string model, ModelLibrary library, ModelDownload download, CancellationToken cancellationToken) =>
        library.Find(model) is { } entry
            ? TypedResults.Stream(await download.OpenAsync(entry, cancellationToken), "application/zip", $"{model}.zip")
            : Problems.NotFound("unknown-model", "Unknown model", $"There is no model \"{model}\". Pick one from the list of models.");

    private static Results<Ok<ModelComparison>, ProblemHttpResult> Compare([FromQuery] string[] model, ModelComparisons comparisons)
    {
        var models = model.Distinct(StringComparer.Ordinal).ToList();
        if (models.Count is < 2 or > MostCompared)
            return Problems.BadRequest("bad-comparison", "Comparison refused", $"{models.Count} models are named. Name 2 to {MostCompared} different ones.");
        try
        {
            return TypedResults.Ok(comparisons.Of(models));
        }
        catch (ModelNotFoundException unknown)
        {
            return Problems.NotFound("unknown-model", "Unknown model", unknown.Message);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string model, ModelRemoval removal, CancellationToken cancellationToken)
    {
        try
        {
            return await removal.DeleteAsync(model, cancellationToken) is { } needed
                ? Problems.Conflict("model-needed", "Model is needed", $"\"{model}\" cannot be deleted. {needed}")
                : TypedResults.NoContent();
        }
        catch (ModelNotFoundException unknown)
        {
            return Problems.NotFound("unknown-model", "Unknown model", unknown.Message);
        }
    }

    private static Promotion PromotionOf(ModelPromotion promotion) =>
        new(promotion.Model, promotion.Previous, promotion.PromotedAt, promotion.By, promotion.Reason);
}
