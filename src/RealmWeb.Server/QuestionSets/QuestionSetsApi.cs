using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Data.Gates;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Uploads;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.QuestionSets;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.QuestionSets;

/// <summary>Questions with their answers: what fine-tuning learns from and evaluation asks. A file is read whole before it is taken.</summary>
internal static class QuestionSetsApi
{
    public static void MapQuestionSets(this IEndpointRouteBuilder routes)
    {
        var sets = routes.MapGroup(ApiRoutes.QuestionSets).WithTags("Question sets").RequireAuthorization(Policies.Administering);
        // By name and number of questions alone: who writes the rules of a gate chooses among them.
        routes.MapGet(ApiRoutes.QuestionSets, List).WithTags("Question sets").RequireAuthorization(Policies.Curating).WithSummary("All question sets by name");
        sets.MapPost("", AddAsync).WithMetadata(new StreamsItsBody())
            .WithSummary("Check a file of questions (multipart/form-data) and keep it under a name")
            .WithDescription("Read are .jsonl, .json, .csv and .tsv, each also with .gz. A file of which parts cannot be used is refused with their "
                + "lines and reasons; lenient=true takes it without them.");
        sets.MapGet("{name}", Get).WithSummary("One question set");
        sets.MapDelete("{name}", DeleteAsync).WithSummary("Delete a question set that no run needs any more");
    }

    private static Ok<List<QuestionSetSummary>> List(QuestionSetLibrary library) => TypedResults.Ok(
        library.List().Select(SummaryOf).Concat(library.Damaged().Select(damaged => DamagedSummary(damaged.Key, damaged.Value)))
            .OrderBy(set => set.Name, StringComparer.Ordinal).ToList());

    private static Results<Ok<QuestionSetSummary>, ProblemHttpResult> Get(string name, QuestionSetLibrary library) =>
        library.Find(name) is { } set ? TypedResults.Ok(SummaryOf(set)) : Unknown(name);

    private static async Task<Results<Created<QuestionSetSummary>, ProblemHttpResult>> AddAsync(
        string name, HttpContext context, QuestionSetLibrary library, UploadStore uploads, IOptions<RealmWebOptions> options, TimeProvider time,
        ClaimsPrincipal user, CancellationToken cancellationToken, bool lenient = false)
    {
        if (NameProblem(library, name) is { } refused)
            return refused;
        if (Multipart.Boundary(context.Request) is not { } boundary)
            return Problems.NotMultipart(context.Request);
        BodyLimits.Allow(context, options.Value.UploadMaxBytes);

        using var upload = uploads.Begin();
        try
        {
            if (await new UploadForm(context.Request, boundary, uploads, upload.Name, options.Value).StoreNextAsync(cancellationToken) is not { } file)
                return Problems.NoFiles();
            var fileName = Path.GetFileName(file.OriginalName.Replace('\\', '/'));
            var path = uploads.PathOf(upload.Name, file);
            // Reading a large file takes seconds of one processor and waits for nothing.
            var check = await Task.Run(() => QuestionFileCheck.Of(path, fileName, cancellationToken), cancellationToken);
            if (check.Questions == 0 || check.LeftOutCount > 0 && !lenient)
                return Unusable(fileName, check);
            var set = new QuestionSet(
                name, file.StoredName, fileName, file.Bytes, check.Questions, check.Answerable, check.Readable, check.LeftOut, check.LeftOutCount,
                user.Identity!.Name!, time.GetUtcNow());
            library.Add(set, path);
            return TypedResults.Created(ApiRoutes.QuestionSet(name), SummaryOf(set));
        }
        catch (ArgumentException) when (NameProblem(library, name) is not null)
        {
            // Another upload took the name while this one was being read.
            return NameProblem(library, name)!;
        }
        catch (UploadFormException bad)
        {
            return bad.Problem;
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string name, QuestionSetLibrary library, QuestionSetUses uses, ChainDesk chains, GateRuleStore gates, CancellationToken cancellationToken)
    {
        if (library.Find(name) is null && !library.Damaged().ContainsKey(name))
            return Unknown(name);
        if (await uses.FindOpenAsync(name, cancellationToken) is { } run)
            return Problems.Conflict("question-set-in-use", "Question set in use",
                $"Run {run.Id} ({run.Target}) needs the question set \"{name}\". Wait for its end, or cancel it.");
        if (await chains.FindUseAsync(name, cancellationToken) is { } chain)
            return Problems.Conflict("question-set-in-use", "Question set in use",
                $"The chain that makes {chain.Candidate} needs the question set \"{name}\". Wait for its end, or dismiss it.");
        if (await gates.FindUseAsync(name, cancellationToken) is { } gated)
            return Problems.Conflict("question-set-in-use", "Question set in use",
                $"The gate of \"{gated}\" asks the question set \"{name}\". Change its rules first.");
        library.Delete(name);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult? NameProblem(QuestionSetLibrary library, string name)
    {
        try
        {
            library.RequireFree(name);
            return null;
        }
        catch (ArgumentException bad)
        {
            return library.Find(name) is null
                ? Problems.BadRequest("bad-name", "Name refused", Problems.Sentence(bad))
                : Problems.Conflict("question-set-exists", "Name taken", Problems.Sentence(bad));
        }
    }

    private static ProblemHttpResult Unusable(string fileName, QuestionFileCheck check)
    {
        var first = check.LeftOut.Count > 0 ? check.LeftOut[0] : $"{fileName} holds no question.";
        var detail = check.Questions == 0
            ? $"No question can be read. {first}"
            : $"{check.LeftOutCount:N0} places of {fileName} cannot be used as they stand, the first: {first} Correct the file, or take it without them "
                + $"(lenient=true).";
        return TypedResults.Problem(
            detail, statusCode: StatusCodes.Status400BadRequest, title: "Questions refused",
                type: Problems.TypeOf(check.Questions == 0 ? "no-questions" : "bad-questions"),
            extensions: new Dictionary<string, object?> { ["lines"] = check.LeftOut, ["count"] = check.LeftOutCount });
    }

    private static ProblemHttpResult Unknown(string name) =>
        Problems.NotFound("unknown-question-set", "Unknown question set", $"There is no question set \"{name}\". Pick one from the list, or add it first.");

    private static QuestionSetSummary DamagedSummary(string name, string damage) => new(name, "", 0, 0, 0, 0, [], 0, "", DateTimeOffset.UnixEpoch, damage);

    private static QuestionSetSummary SummaryOf(QuestionSet set) => new(
        set.Name, set.OriginalName, set.Bytes, set.Questions, set.Answerable, set.Readable, set.LeftOut, set.LeftOutCount, set.AddedBy, set.AddedAt);
}
