using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Files;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Runs;

/// <summary>Says before a run begins how long it takes, as fast as the last one of its kind was, and what memory it takes and
/// what it writes; and refuses one for which there is no room.</summary>
public sealed class RunForecaster(
    RunStore runs, CorpusLibrary corpora, ModelLibrary models, QuestionSetLibrary questionSets, RealmPaths paths, IOptions<RealmDataOptions> data)
{
    // A checkpoint holds the weights and two moments of each; beside it comes the model itself.
    private const int CopiesOfWeights = 4;

    // Weights, their gradient and two moments; what goes through the model comes on top.
    private const int CopiesInMemory = 4;

    // What a training calls the memory that it takes.
    private const string MemoryMetric = "memoryMiB";
    private const int FormerLookedAt = 20;
    private const string Questions = "questions";

    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">The question set does not exist.</exception>
    public Task<RunForecast> OfAsync(IRunParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return OfAsync(parameters, UnitsOf(parameters), cancellationToken);
    }

    /// <summary>Of an evaluation whose questions are not there yet.</summary>
    /// <param name="questions">How many there will be.</param>
    internal Task<RunForecast> OfAsync(EvaluationParameters parameters, long questions, CancellationToken cancellationToken) =>
        OfAsync(parameters, (questions, Questions), cancellationToken);

    private async Task<RunForecast> OfAsync(IRunParameters parameters, (long? Units, string Unit) work, CancellationToken cancellationToken)
    {
        var (units, unit) = work;
        var former = await runs.ListAsync(new RunFilter([RunState.Succeeded], [parameters.Kind], Take: 1), cancellationToken) is [var last] ? last : null;
        // What was counted in other units, as by another release, is no measure.
        double? seconds = units is not null && former is { Done: > 0, StartedAt: { } began, EndedAt: { } ended } && former.Unit == unit
            ? units * (ended - began).TotalSeconds / former.Done
            : null;
        var free = Math.Max(0, DiskRoom.Free(paths.Root) - data.Value.ReservedBytes);
        return new RunForecast(
            seconds, seconds is null ? null : former!.Id, BytesOf(parameters), free, await MemoryOfAsync(parameters, cancellationToken),
            await FreeMemoryAsync(cancellationToken));
    }

    /// <summary>A run of which nobody knows what it writes is let go: an import says itself what it needs.</summary>
    /// <exception cref="DiskFullException">The disk has not as much room as the run will write.</exception>
    /// <exception cref="MemoryShortException">The machine has not as much memory as the run takes.</exception>
    internal async Task RequireRoomAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        if (BytesOf(parameters) is > 0 and var bytes)
            DiskRoom.Require(paths.Root, RunKinds.Of(parameters.Kind).Name, bytes, data.Value.ReservedBytes);
        if (await MemoryOfAsync(parameters, cancellationToken) is > 0 and var memory
            && await FreeMemoryAsync(cancellationToken) is { } left && memory > left)
            throw new MemoryShortException(RunKinds.Of(parameters.Kind).Name, memory, left);
    }

    // As much as the last training of the kind with the same model took at its most, and never less than what its weights need.
    private async Task<long> MemoryOfAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters is not TrainingParameters training || ModelOf(training) is not { } model)
            return 0;
        var formers = await runs.ListAsync(new RunFilter([RunState.Succeeded], [parameters.Kind], Take: FormerLookedAt), cancellationToken);
        var former = formers.FirstOrDefault(run => JsonSerializer.Deserialize<TrainingParameters>(run.ParametersJson)?.Model == model.Name);
        var points = former is null ? [] : await runs.ReadMetricsAsync(former.Id, cancellationToken: cancellationToken);
        var most = points.Where(point => point.Name == MemoryMetric).Select(point => point.Value).DefaultIfEmpty(0).Max();
        return Math.Max(CopiesInMemory * WholeBytes(model), (long)(most * (1 << 20)));
    }

    // Trainings follow each other: what the one at work takes is free when its turn is over.
    private async Task<long?> FreeMemoryAsync(CancellationToken cancellationToken)
    {
        if (MemoryRoom.Available() is not { } free)
            return null;
        var working = await runs.ListAsync(new RunFilter([RunState.Running, RunState.Pausing, RunState.Stopping], Take: FormerLookedAt), cancellationToken);
        return free + (long)working.Sum(run =>
            (JsonSerializer.Deserialize<Dictionary<string, double>>(run.MetricsJson)?.GetValueOrDefault(MemoryMetric) ?? 0) * (1 << 20));
    }

    // A folder may hold its weights in 8 bits each, or only those that training changed of a base: at work all of them have 32.
    private static long WholeBytes(ModelEntry model)
    {
        try
        {
            return Math.Max(model.Bytes, sizeof(float) * ModelOptions.Load(model.ConfigFile).LeastParameters);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            // The run itself says what is wrong with the model.
            return model.Bytes;
        }
    }

    private ModelEntry? ModelOf(TrainingParameters training) => training.Model.Length > 0 ? models.Get(training.Model) : models.Production();

    private (long? Units, string Unit) UnitsOf(IRunParameters parameters) => parameters switch
    {
        TrainingParameters training => (training.Steps > 0 ? training.Steps : null, "steps"),
        IndexBuildParameters build => (corpora.Open(build.Corpus).Info().Blocks, "blocks"),
        CandidateIndexParameters build => (corpora.Open(build.Corpus).Info().Blocks, "blocks"),
        EvaluationParameters evaluation => (QuestionsOf(evaluation), Questions),
        _ => (null, ""),
    };

    private long QuestionsOf(EvaluationParameters evaluation)
    {
        long questions = questionSets.Get(evaluation.QuestionSet).Questions;
        return evaluation.Limit > 0 ? Math.Min(evaluation.Limit, questions) : questions;
    }

    // 0 for what is small, or cannot be known.
    private long BytesOf(IRunParameters parameters) => parameters switch
    {
        TrainingParameters training when ModelOf(training) is { } model => CopiesOfWeights * WholeBytes(model),
        IndexBuildParameters build => IndexBytes(corpora.Open(build.Corpus)),
        CandidateIndexParameters build => IndexBytes(corpora.Open(build.Corpus)),
        _ => 0,
    };

    // The new index lies beside the old one until it answers, and is about as large. Opened it is not: a build repairs a damaged one.
    private static long IndexBytes(CorpusStore corpus) => IndexFolder.Current(corpus.IndexFolder) is { } generation
        ? new DirectoryInfo(Path.Combine(corpus.IndexFolder, generation)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;
}
