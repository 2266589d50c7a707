using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Chains;

/// <summary>Chains: from what is learned, over a gate, to the model that answers.</summary>
internal static class ChainsApi
{
    public static void MapChains(this IEndpointRouteBuilder routes)
    {
        var chains = routes.MapGroup(ApiRoutes.Chains).WithTags("Chains").RequireAuthorization(Policies.Administering);
        chains.MapGet("", ListAsync).WithSummary("The newest chains, newest first");
        chains.MapPost("", StartAsync).WithSummary("Fine-tune, index, evaluate and judge a new model")
            .WithDescription("Header Idempotency-Key makes a repeated request answer with the first one's chain.");
        chains.MapPost("forecast", ForecastAsync).WithSummary("What a chain would take: time as fast as the last runs were, disk and memory");
        chains.MapGet("{id:guid}", GetAsync).WithSummary("A chain as it stands");
        chains.MapPost("{id:guid}/cancel", CancelAsync).WithSummary("Stop a chain that works");
        chains.MapPost("{id:guid}/resume", ResumeAsync).WithSummary("Let a chain that failed, was stopped or was interrupted go on where it was");
        chains.MapPost("{id:guid}/promote", PromoteAsync).WithSummary("Let the candidate answer");
        chains.MapPost("{id:guid}/dismiss", DismissAsync).WithSummary("Turn the candidate down");
        chains.MapGet("{id:guid}/gate", ReportAsync).WithSummary("What the gate said of the candidate");
        chains.MapGet("{id:guid}/gate/{questionSet}/{number:long}", EvidenceAsync).WithSummary("What both models answered to a question, and from what");
    }

    private static async Task<Results<Ok<IReadOnlyList<ChainView>>, ProblemHttpResult>> ListAsync(
        ChainReader chains, CancellationToken cancellationToken, int take = 20) =>
        take is < 1 or > 100
            ? Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to 100.")
            : TypedResults.Ok(await chains.ListAsync(take, cancellationToken));

    private static async Task<Results<Accepted<ChainStarted>, ProblemHttpResult>> StartAsync(
        StartChainRequest request, HttpRequest http, ChainDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        try
        {
            var key = http.Headers["Idempotency-Key"].ToString();
            var chain = await desk.StartAsync(request, user.Identity!.Name!, key.Length > 0 ? $"{user.Identity.Name}:{key}" : null, cancellationToken);
            return TypedResults.Accepted(ApiRoutes.Chain(chain.Id), new ChainStarted(chain.Id));
        }
        catch (Exception failure) when (RefusalOf(failure, request) is { } refused)
        {
            return refused;
        }
    }

    private static async Task<Results<Ok<ChainForecast>, ProblemHttpResult>> ForecastAsync(
        StartChainRequest request, ChainDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await desk.ForecastAsync(request, cancellationToken));
        }
        catch (Exception failure) when (RefusalOf(failure, request) is { } refused)
        {
            return refused;
        }
    }

    private static ProblemHttpResult? RefusalOf(Exception failure, StartChainRequest request) => failure switch
    {
        CorpusNotFoundException => Problems.UnknownCorpus(request.Corpus),
        ModelNotFoundException => Problems.NotFound("unknown-model", "Unknown model", failure.Message),
        QuestionSetNotFoundException => Problems.NotFound("unknown-question-set", "Unknown question set", failure.Message),
        ArgumentException bad => Problems.BadRequest("bad-chain", "Chain refused", Problems.Sentence(bad)),
        _ => null,
    };

    private static async Task<Results<Ok<ChainView>, ProblemHttpResult>> GetAsync(Guid id, ChainReader chains, CancellationToken cancellationToken) =>
        await chains.FindAsync(id, cancellationToken) is { } chain ? TypedResults.Ok(chain) : Unknown(id);

    private static async Task<Results<Ok<ChainView>, ProblemHttpResult>> CancelAsync(Guid id, ChainDesk desk, CancellationToken cancellationToken) =>
        Answer(id, await desk.CancelAsync(id, cancellationToken), [ChainState.Cancelled], "stopped");

    private static async Task<Results<Ok<ChainView>, ProblemHttpResult>> ResumeAsync(Guid id, ChainDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            return Answer(
                id, await desk.ResumeAsync(id, cancellationToken), [ChainState.Running, ChainState.Waiting, ChainState.Promoting, ChainState.Promoted],
                "resumed");
        }
        catch (ArgumentException early)
        {
            return Problems.Conflict("run-stopping", "Run is stopping", Problems.Sentence(early));
        }
    }

    private static async Task<Results<Ok<ChainView>, ProblemHttpResult>> PromoteAsync(
        Guid id, DecideRequest request, ChainDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (ReasonMissing(request) is { } missing)
            return missing;
        try
        {
            var chain = await desk.PromoteAsync(id, user.Identity!.Name!, request.Reason.Trim(), request.EvenIfRed, cancellationToken);
            return chain is { State: ChainState.Waiting, Error: { } error }
                ? Problems.Conflict("not-promoted", "Not promoted", error)
                : Answer(id, chain, [ChainState.Promoting, ChainState.Promoted], "promoted");
        }
        catch (ArgumentException red)
        {
            return Problems.Conflict("gate-is-red", "Gate is red", Problems.Sentence(red));
        }
    }

    private static async Task<Results<Ok<ChainView>, ProblemHttpResult>> DismissAsync(
        Guid id, DecideRequest request, ChainDesk desk, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ReasonMissing(request) is { } missing
            ? missing
            : Answer(id, await desk.DismissAsync(id, user.Identity!.Name!, request.Reason.Trim(), cancellationToken), [ChainState.Dismissed], "dismissed");

    private static async Task<Results<Ok<GateReport>, ProblemHttpResult>> ReportAsync(Guid id, ChainReader chains, CancellationToken cancellationToken)
    {
        if (await chains.ReportAsync(id, cancellationToken) is { } report)
            return TypedResults.Ok(report);
        return await chains.FindAsync(id, cancellationToken) is null
            ? Unknown(id)
            : Problems.NotFound("no-report", "No report yet", $"The gate judges when all links of chain {id} are done.");
    }

    private static async Task<Results<Ok<QuestionEvidence>, ProblemHttpResult>> EvidenceAsync(
        Guid id, string questionSet, long number, ChainReader chains, CancellationToken cancellationToken)
    {
        try
        {
            return await chains.EvidenceAsync(id, questionSet, number, cancellationToken) is { } evidence
                ? TypedResults.Ok(evidence)
                : Problems.NotFound("unknown-question", "Unknown question", $"Chain {id} did not ask a question {number} of \"{questionSet}\".");
        }
        catch (RunFailedException gone)
        {
            return Problems.Conflict("answers-gone", "Answers are gone", gone.Message);
        }
    }

    private static Results<Ok<ChainView>, ProblemHttpResult> Answer(Guid id, ChainView? chain, IReadOnlyList<ChainState> wanted, string what) =>
        chain is null ? Unknown(id)
        : wanted.Contains(chain.State) ? TypedResults.Ok(chain)
        : Problems.Conflict("chain-state", "Not possible now", $"Chain {id} is {chain.State} and cannot be {what}.");

    private static ProblemHttpResult? ReasonMissing(DecideRequest request) => string.IsNullOrWhiteSpace(request.Reason)
        ? Problems.BadRequest("reason-missing", "Reason missing", "Say why in \"reason\"; it is kept beside the decision.")
        : null;

    private static ProblemHttpResult Unknown(Guid id) =>
        Problems.NotFound("unknown-chain", "Unknown chain", $"There is no chain {id}. Pick one from the list of chains.");
}
