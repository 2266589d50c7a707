using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.Jobs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Runs;

/// <summary>Long work: what there is, how far it is, and stopping and resuming it.</summary>
internal static class RunsApi
{
    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup(ApiRoutes.Runs).WithTags("Runs").RequireAuthorization(Policies.Administering);
        runs.MapGet("", ListAsync).WithSummary("The newest runs, newest first");
        runs.MapPost("forecast", ForecastAsync).WithSummary("How long a run will take, as fast as the last one of its kind, and what it writes");
        runs.MapGet("host", (HostMeter meter, CancellationToken cancellationToken) => meter.ReadAsync(cancellationToken))
            .WithSummary("How busy the site's machine is: processors, memory, disk, graphics memory");
        runs.MapPost("training", TrainAsync).WithSummary("Start masked language modelling, inverse cloze training, REALM pre-training or fine-tuning");
        runs.MapPost("evaluation", EvaluateAsync).WithSummary("Ask the questions of a set and measure the answers");
        runs.MapPost("sync", SyncAsync).WithSummary("Bring a corpus into step with a folder of the server, or say what that would change");
        runs.MapGet("folders", (IOptions<RealmJobsOptions> options) => TypedResults.Ok(options.Value.SourceFolders.Keys.Order(StringComparer.Ordinal).ToList()))
            .WithSummary("Names of the folders that a corpus can be brought into step with");
        runs.MapGet("settings", Settings).WithSummary("What can be set for a kind of training, with defaults and ranges");
        runs.MapPost("settings/check", CheckSettings).WithSummary("Say all that is wrong with settings, by the check that starting a training makes");
        var own = routes.MapGroup(ApiRoutes.Runs).WithTags("Runs").RequireAuthorization(Policies.Curating).AddEndpointFilter<OwnRun>();
        own.MapGet("{id:guid}", GetAsync).WithSummary("A run as it stands");
        own.MapPost("{id:guid}/cancel", CancelAsync).WithSummary("Cancel a run: a waiting one at once, a working one as soon as it can stop");
        own.MapPost("{id:guid}/pause", PauseAsync).WithSummary("Pause a working run as soon as it can stop; others go on meanwhile");
        own.MapPost("{id:guid}/resume", ResumeAsync).WithSummary("Queue an interrupted or a paused run again; it goes on from its last checkpoint");
        own.MapGet("{id:guid}/contents", ContentsAsync).WithSummary("What a run worked with, with hashes, and what it left");
        own.MapGet("{id:guid}/failures", FailuresAsync).WithSummary("Documents and files that an import could not read, with reasons");
        own.MapPost("{id:guid}/retry-failed", RetryFailedAsync)
            .WithSummary("Import the files again in which something could not be read, and no others")
            .WithDescription("What is unchanged in them stays as it is. The files are kept for seven days at least, or until nothing in them fails.");
        own.MapGet("{id:guid}/log", LogAsync).WithSummary("Log lines above a sequence number, oldest first, at most 1,000");
        own.MapGet("{id:guid}/metrics", MetricsAsync).WithSummary("The curves of a run, at most 1,000 points each");
        own.MapGet("{id:guid}/parameters", ParametersAsync).WithSummary("Names and values the run was started with");
        runs.MapGet("{id:guid}/former", FormerAsync).WithSummary("The run of the same kind before this one; 204 where there is none");
        own.MapGet("{id:guid}/log.txt", LogFileAsync).WithSummary("The whole log as a text file");
        own.MapGet("{id:guid}/metrics.csv", MetricsFileAsync).WithSummary("All points of the curves as a CSV file");
    }

    private static async Task<Results<Ok<IReadOnlyList<RunSnapshot>>, ProblemHttpResult>> ListAsync(
        RunReader runs, CancellationToken cancellationToken, int take = 100) =>
        take is < 1 or > 1000
            ? Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to 1000.")
            : TypedResults.Ok(await runs.ListAsync(new RunFilter(Take: take), cancellationToken));

    private static Task<Results<Accepted<RunStarted>, ProblemHttpResult>> TrainAsync(
        StartTrainingRequest request, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        StartAsync("bad-training", "Training refused",
            () => launcher.LaunchAsync(RunRequests.ParametersOf(request), user.Identity!.Name!, cancellationToken: cancellationToken));

    private static Task<Results<Accepted<RunStarted>, ProblemHttpResult>> EvaluateAsync(
        StartEvaluationRequest request, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        StartAsync("bad-evaluation", "Evaluation refused",
            () => launcher.LaunchAsync(RunRequests.ParametersOf(request), user.Identity!.Name!, cancellationToken: cancellationToken));

    private static Task<Results<Accepted<RunStarted>, ProblemHttpResult>> SyncAsync(
        StartSyncRequest request, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        StartAsync("bad-sync", "Sync refused",
            () => launcher.LaunchAsync(RunRequests.ParametersOf(request), user.Identity!.Name!, cancellationToken: cancellationToken));

    private static async Task<Results<Ok<RunForecast>, ProblemHttpResult>> ForecastAsync(
        RunOrder request, RunForecaster forecaster, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await forecaster.OfAsync(RunRequests.ParametersOf(request), cancellationToken));
        }
        catch (Exception failure) when (RunRefusals.Of(failure, "bad-run", "Run refused") is { } refused)
        {
            return refused;
        }
    }

    private static Results<Ok<IReadOnlyList<SettingView>>, ProblemHttpResult> Settings(RunKind kind, TrainingSettings settings) =>
        RunKinds.Of(kind).Trains ? TypedResults.Ok(settings.Of(kind)) : NoTraining(kind);

    private static Results<Ok<SettingsCheckView>, ProblemHttpResult> CheckSettings(CheckSettingsRequest request, TrainingSettings settings) =>
        RunKinds.Of(request.Kind).Trains ? TypedResults.Ok(settings.Check(request.Kind, request.Settings)) : NoTraining(request.Kind);

    private static ProblemHttpResult NoTraining(RunKind kind) => Problems.BadRequest(
        "no-training", "No training", $"{RunKinds.Of(kind).Name} has no settings. Use one of {string.Join(", ", RunKinds.Where(other => other.Trains))}.");

    private static async Task<Results<Accepted<RunStarted>, ProblemHttpResult>> StartAsync(string refusal, string title, Func<Task<RunSnapshot>> launch)
    {
        try
        {
            var run = await launch();
            return TypedResults.Accepted(ApiRoutes.Run(run.Id), new RunStarted(run.Id));
        }
        catch (Exception failure) when (RunRefusals.Of(failure, refusal, title) is { } refused)
        {
            return refused;
        }
    }

    private static async Task<Results<Ok<RunSnapshot>, ProblemHttpResult>> GetAsync(Guid id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run ? TypedResults.Ok(run) : Unknown(id);

    private static async Task<Results<Ok<RunSnapshot>, ProblemHttpResult>> CancelAsync(Guid id, RunLauncher launcher, CancellationToken cancellationToken)
    {
        if (await launcher.CancelAsync(id, cancellationToken) is not { } run)
            return Unknown(id);
        return run.IsFinal && run.State != RunState.Cancelled
            ? Problems.Conflict("run-over", "Run is over", $"Run {id} ended as {run.State} before it could be cancelled. There is nothing left to stop.")
            : TypedResults.Ok(run);
    }

    private static async Task<Results<Ok<RunSnapshot>, ProblemHttpResult>> PauseAsync(
        Guid id, RunLauncher launcher, RunReader runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } before)
            return Unknown(id);
        if (!RunKinds.Of(before.Kind).GoesOn)
            return Problems.Conflict(
                "run-begins-anew", "Run cannot be paused", $"{RunKinds.Of(before.Kind).Name} begins anew each time. Let it end, or cancel it.");
        if (await launcher.PauseAsync(id, cancellationToken) is not { } run)
            return Unknown(id);
        return run.State is RunState.Pausing or RunState.Paused
            ? TypedResults.Ok(run)
            : Problems.Conflict("run-not-working", "Run does not work", $"Run {id} is {run.State}; only a running one can be paused.");
    }

    private static async Task<Results<Ok<RunSnapshot>,
        ProblemHttpResult>> ResumeAsync(Guid id, RunLauncher launcher, RunReader runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } before)
            return Unknown(id);
        if (before.State is not (RunState.Interrupted or RunState.Paused))
            return Problems.Conflict(
                "run-not-interrupted", "Run is not interrupted",
                $"Run {id} is {before.State}; only an interrupted or a paused run can be resumed. Start a new one instead.");
        return await launcher.ResumeAsync(id, cancellationToken) is { } run ? TypedResults.Ok(run) : Unknown(id);
    }

    private static async Task<Results<Ok<RunContents>, ProblemHttpResult>> ContentsAsync(
        Guid id, RunStore runs, RunArtifacts artifacts, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run
            ? TypedResults.Ok(new RunContents(
                run.DataJson is { } data ? JsonSerializer.Deserialize<List<RunDatum>>(data) ?? [] : [], await artifacts.OfAsync(run, cancellationToken)))
            : Unknown(id);

    private static async Task<Results<Ok<RunFailures>, ProblemHttpResult>> FailuresAsync(
        Guid id, RunStore runs, ImportFailures failures, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run ? TypedResults.Ok(failures.Of(run)) : Unknown(id);

    private static async Task<Results<Accepted<RunStarted>, ProblemHttpResult>> RetryFailedAsync(
        Guid id, RunStore runs, ImportFailures failures, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run)
            return Unknown(id);
        if (failures.Again(run) is not { } again)
            return Problems.Conflict(
                "nothing-to-retry", "Nothing to import again", $"Run {id} left out nothing whose files are still here. Send the files again.");
        // Two who press at once start one run.
        return await StartAsync("bad-import", "Import refused", () => launcher.LaunchAsync(
            again, user.Identity!.Name!, $"retry:{id}", cancellationToken));
    }

    private static async Task<Results<Ok<IReadOnlyList<RunLogLine>>, ProblemHttpResult>> LogAsync(
        Guid id, RunReader runs, CancellationToken cancellationToken, long after = 0) =>
        await runs.FindAsync(id, cancellationToken) is null ? Unknown(id)
            : TypedResults.Ok(await runs.ReadLogAsync(id, after, cancellationToken: cancellationToken));

    private static async Task<Results<Ok<IReadOnlyList<RunMetricPoint>>,
        ProblemHttpResult>> MetricsAsync(Guid id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is null ? Unknown(id)
            : TypedResults.Ok(await runs.ReadMetricsAsync(id, cancellationToken: cancellationToken));

    private static async Task<Results<Ok<Dictionary<string, string>>,
        ProblemHttpResult>> ParametersAsync(Guid id, RunStore runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run)
            return Unknown(id);
        return TypedResults.Ok(ParametersOf(run));
    }

    private static async Task<Results<Ok<FormerRun>, NoContent, ProblemHttpResult>> FormerAsync(Guid id, RunStore runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run)
            return Unknown(id);
        return await runs.FindFormerAsync(run, cancellationToken) is { } former
            ? TypedResults.Ok(new FormerRun(former.Id, former.Target, former.CreatedAt, ParametersOf(former)))
            : TypedResults.NoContent();
    }

    private static Dictionary<string, string> ParametersOf(Run run)
    {
        using var json = JsonDocument.Parse(run.ParametersJson);
        return json.RootElement.EnumerateObject().ToDictionary(value => value.Name, value => Words(value.Value));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> LogFileAsync(Guid id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is null ? Unknown(id)
            : TypedResults.Stream(
                stream => RunFiles.WriteLogAsync(runs, id, stream, cancellationToken), "text/plain; charset=utf-8", $"run-{id}.log.txt");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> MetricsFileAsync(
        Guid id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is null ? Unknown(id)
            : TypedResults.Stream(stream => RunFiles.WriteCurvesAsync(runs, id, stream, cancellationToken), "text/csv; charset=utf-8", $"run-{id}.csv");

    private static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Words)),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(part => $"{part.Name}: {Words(part.Value)}")),
        _ => value.ToString(),
    };

    public static ProblemHttpResult Unknown(Guid id) =>
        Problems.NotFound("unknown-run", "Unknown run", $"There is no run {id}. Pick one from the list of runs.");
}
