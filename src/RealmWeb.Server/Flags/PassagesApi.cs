using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Flags;

/// <summary>Finds passages by their words, for whoever knows where an answer stands.</summary>
internal static class PassagesApi
{
    private const int LongestSearch = 1000;
    private const int MostPassages = 50;

    public static void MapPassages(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ApiRoutes.Corpora + "/{name}/passages", Search).WithTags("Flags").WithMetadata(new OfCorpus()).RequireAuthorization(Policies.Flagging)
            // Shows what asking shows, so that it counts as asking.
            .LimitAsks().WithSummary("Passages of a corpus that hold words of q, best first (BM25)");

    private static Results<Ok<List<FoundPassage>>, ProblemHttpResult> Search(
        string name, string q, CorpusLibrary library, CancellationToken cancellationToken, int take = 10)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (q.Length > LongestSearch || take is < 1 or > MostPassages)
        {
            return Problems.BadRequest(
                "bad-search", "Search refused",
                $"The search has {q.Length} characters and takes {take} passages. Use at most {LongestSearch}, and 1 to {MostPassages}.");
        }
        var hits = corpus.Terms.Search(QuestionTerms.Of(q), take, cancellationToken);
        return TypedResults.Ok(corpus.Blocks.Get([.. hits.Select(hit => hit.Row)])
            .Select(block => new FoundPassage(block.BlockId, block.DocumentId, block.Title, block.Text, block.Start)).ToList());
    }
}
