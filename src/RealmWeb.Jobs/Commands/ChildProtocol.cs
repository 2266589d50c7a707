using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Training;

namespace RealmWeb.Jobs.Commands;

/// <summary>What a `realm` process tells whoever started it: with --progress json a <see cref="ChildMessage"/> a line on standard error, with --json
/// one result on standard output. NaN and infinities are numbers of both. What else stands on standard error is text for people.</summary>
public static class ChildProtocol
{
    /// <summary>Of the messages. Raised when a program that reads this version would misread the next one.</summary>
    public const int Version = 1;

    /// <summary>Between two signs of life.</summary>
    public static TimeSpan BeatEvery { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How results are printed and read.</summary>
    public static JsonSerializerOptions Results { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Messages = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>A message as its line.</summary>
    public static string Line(ChildMessage message) => JsonSerializer.Serialize(message, Messages);

    /// <summary>Reads a line of standard error; null where it is text for people.</summary>
    /// <exception cref="ChildProtocolException">It is a message of another version.</exception>
    public static ChildMessage? TryRead(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.StartsWith('{'))
            return null;
        try
        {
            using var json = JsonDocument.Parse(line);
            if (!json.RootElement.TryGetProperty("protocol", out var version) || !version.TryGetInt32(out var spoken))
                return null;
            return spoken == Version ? json.RootElement.Deserialize<ChildMessage>(Messages) : throw new ChildProtocolException(spoken);
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            // Text that begins with a brace.
            return null;
        }
    }

    /// <exception cref="JsonException">It is no such result.</exception>
    public static T ReadResult<T>(string json) => JsonSerializer.Deserialize<T>(json, Results) ?? throw new JsonException("The result is null.");
}

/// <summary>The child speaks another version of <see cref="ChildProtocol"/>.</summary>
public sealed class ChildProtocolException(int spoken) : Exception(
    $"The realm program speaks version {spoken} of the progress protocol, this program version {ChildProtocol.Version}. Install both from one release.");

/// <summary>A line of standard error.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ChildProgress), "progress")]
[JsonDerivedType(typeof(ChildLog), "log")]
[JsonDerivedType(typeof(ChildBeat), "beat")]
public abstract record ChildMessage
{
    public int Protocol => ChildProtocol.Version;
}

/// <summary>How far the work is.</summary>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null while unknown.</param>
/// <param name="Unit">What is counted: blocks, steps, KiB.</param>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Rate">Units a second.</param>
/// <param name="Metrics">What was measured in this stage after so many units.</param>
public sealed record ChildProgress(
    long Done, long? Total, string Unit, string Stage, double Rate, IReadOnlyDictionary<string, double> Metrics) : ChildMessage;

/// <summary>Something that stays in the log.</summary>
/// <param name="Level">info, warning or error.</param>
public sealed record ChildLog(string Log, string Level) : ChildMessage;

/// <summary>The work goes on, though it has nothing to tell.</summary>
public sealed record ChildBeat : ChildMessage;

/// <summary>What `realm index build` prints.</summary>
/// <param name="Blocks">Passages of the corpus.</param>
public sealed record IndexBuildResult(string Generation, double Seconds, long Blocks, string Model);

/// <summary>What `realm ict` and `realm pretrain` print.</summary>
/// <param name="Model">The new model.</param>
/// <param name="Metrics">As the last step left them.</param>
public record TrainingResult(string Model, long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double>? Metrics);

/// <summary>What `realm finetune` prints: the sum of its stages, and each that ran.</summary>
public sealed record FineTuningResult(
    string Model, long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double>? Metrics,
    TrainingOutcome? Retriever, TrainingOutcome? Reader, TrainingOutcome? Joint, TrainingOutcome? OpenQa, AnsweringDefaults Answering)
    : TrainingResult(Model, Steps, Seconds, TokensPerSecond, Metrics);

/// <summary>What `realm adapt` prints.</summary>
/// <param name="Share">How much of what was learned the model has, 0 to 1.</param>
/// <param name="Questions">Labelled questions that chose it; 0 where none were given.</param>
/// <param name="Measurements">One a share that was tried, from 0; empty without questions.</param>
public sealed record AdaptingResult(
    string Model, long Steps, double Seconds, double TokensPerSecond, IReadOnlyDictionary<string, double>? Metrics,
    IReadOnlyList<AdaptationRound> Rounds, double Share, int Questions, IReadOnlyList<ShareMeasurement> Measurements)
    : TrainingResult(Model, Steps, Seconds, TokensPerSecond, Metrics)
{
    /// <summary>What a run keeps: the last step's metrics, what was kept, and what that is worth on labelled questions. The gain is in points of 100.</summary>
    public IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new Dictionary<string, double>(Metrics ?? new Dictionary<string, double>()) { ["keptShare"] = Share };
        if (Rounds is [{ HeldOutRecallAt5Before: { } before }, ..])
            figures["heldOutRecallAt5Before"] = before;
        if (Measurements.FirstOrDefault(measured => measured.Share == 0) is not { } start
            || Measurements.FirstOrDefault(measured => measured.Share == Share) is not { } kept)
            return figures;
        (figures["labelledRecallAt5Before"], figures["labelledRecallAt5"]) = (start.RecallAt5, kept.RecallAt5);
        (figures["labelledGain"], figures["labelledGainLow"], figures["labelledGainHigh"]) = (100 * kept.Difference, 100 * kept.Low, 100 * kept.High);
        return figures;
    }
}

/// <summary>What `realm evaluate` prints of a corpus; figures in percent where they are shares.</summary>
/// <param name="N">Questions.</param>
/// <param name="PerQuestion">File with a line a question; null where none was asked for.</param>
/// <param name="Generation">Index that was searched; null for none.</param>
public sealed record EvaluationResult(
    int N, int Answerable, double Em, double F1, double EmOrqa, double ForcedEm, double ForcedF1,
    IReadOnlyDictionary<int, double> RecallAt, IReadOnlyDictionary<int, double> RecallByAnswerAt, IReadOnlyDictionary<int, double>? RecallByPassageAt,
    double Mrr, double ReaderOracle, NoAnswerQuality? NoAnswer, double? UnanswerableRecognised, double FalseRefusals,
    bool Calibrated, CalibrationReport Calibration, string? PerQuestion, string Model, string? Generation, RetrieverKind Retriever, double Seconds)
{
    /// <summary>By documents, where the questions judge some.</summary>
    public IReadOnlyDictionary<int, double>? RecallByDocumentAt { get; init; }

    /// <summary>As <see cref="RecallByDocumentAt"/>.</summary>
    public double? NdcgAt10 { get; init; }

    /// <summary>Median time from question to answer.</summary>
    public double? P50Milliseconds { get; init; }

    /// <summary>Lines of the question file that were left out or repaired, with the reason; the first thousand.</summary>
    public IReadOnlyList<Skipped> LeftOut { get; init; } = [];

    /// <summary>How many there were.</summary>
    public int LeftOutCount { get; init; }

    /// <summary>Expected calibration error, 0..1 (<see cref="Calibration"/> has its bins).</summary>
    public double CalibrationError => Calibration.ExpectedCalibrationError;

    /// <summary>What is shown with a run, by name: em, f1, recall@5.</summary>
    public IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new Dictionary<string, double>
        {
            ["n"] = N, ["answerable"] = Answerable, ["em"] = Em, ["f1"] = F1, ["emOrqa"] = EmOrqa, ["forcedEm"] = ForcedEm, ["forcedF1"] = ForcedF1,
        };
        foreach (var (depth, share) in RecallAt)
            figures[string.Create(CultureInfo.InvariantCulture, $"recall@{depth}")] = share;
        if (NdcgAt10 is { } ndcg)
            figures["ndcg@10"] = ndcg;
        (figures["mrr"], figures["readerOracle"]) = (Mrr, ReaderOracle);
        if (UnanswerableRecognised is { } recognised)
            figures["unanswerableRecognised"] = recognised;
        (figures["falseRefusals"], figures["calibrationError"], figures["seconds"]) = (FalseRefusals, CalibrationError, Seconds);
        if (P50Milliseconds is { } latency)
            figures["p50Milliseconds"] = latency;
        if (LeftOutCount > 0)
            figures["leftOut"] = LeftOutCount;
        return figures;
    }
}
