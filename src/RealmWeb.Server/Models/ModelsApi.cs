using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Models;
using RealmWeb.Data.Models;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Models;

/// <summary>The models and which of them answers.</summary>
internal static class ModelsApi
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("").WithTags("Models").RequireAuthorization(Policies.Administering);
        models.MapGet(ApiRoutes.Models, List).WithSummary("All models by name");
        models.MapGet(ApiRoutes.Production, Production).WithSummary("The model that answers");
        models.MapGet(ApiRoutes.Promotions, Promotions).WithSummary("Which model answered from when on, newest first");
        models.MapPost($"{ApiRoutes.Models}/{{model}}/promote", PromoteAsync).WithSummary("Let a model answer");
        models.MapPost(ApiRoutes.Rollback, RollBackAsync).WithSummary("Let the model before answer again");
    }

    private static Ok<IReadOnlyList<ModelSummary>> List(ModelSummaries summaries) => TypedResults.Ok(summaries.List());

    private static Results<Ok<ModelSummary>, ProblemHttpResult> Production(ModelSummaries summaries) =>
        summaries.Production() is { } model
            ? TypedResults.Ok(model)
            : Problems.NotFound("no-model", "No model", "No model is installed. Import one with `realm model import`, or train one.");

    private static Ok<List<Promotion>> Promotions(ModelLibrary library) =>
        TypedResults.Ok(library.Promotions().Reverse().Select(PromotionOf).ToList());

    private static async Task<Results<Ok<Promotion>, ProblemHttpResult>> PromoteAsync(
        string model, PromoteRequest request, ModelLibrary library, StaleIndexes indexes, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Problems.BadRequest("reason-missing", "Reason missing", "Say why in \"reason\"; the ledger keeps it beside the change.");
        try
        {
            var promotion = library.Promote(model, user.Identity!.Name!, request.Reason.Trim());
            await indexes.RebuildAsync(promotion.By, cancellationToken);
            return TypedResults.Ok(PromotionOf(promotion));
        }
        catch (ModelNotFoundException unknown)
        {
            return Problems.NotFound("unknown-model", "Unknown model", unknown.Message);
        }
    }

    private static async Task<Results<Ok<Promotion>, ProblemHttpResult>> RollBackAsync(
        PromoteRequest request, ModelLibrary library, StaleIndexes indexes, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        try
        {
            var reason = string.IsNullOrWhiteSpace(request.Reason) ? "rolled back" : request.Reason.Trim();
            var promotion = library.Rollback(user.Identity!.Name!, reason);
            await indexes.RebuildAsync(promotion.By, cancellationToken);
            return TypedResults.Ok(PromotionOf(promotion));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ModelNotFoundException)
        {
            return Problems.Conflict("no-former-model", "No former model", exception.Message);
        }
    }

    private static Promotion PromotionOf(ModelPromotion promotion) =>
        new(promotion.Model, promotion.Previous, promotion.PromotedAt, promotion.By, promotion.Reason);
}
