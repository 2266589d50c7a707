using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealmWeb.Engine.Training;
using RealmWeb.Files;

namespace RealmWeb.Lab.Ablation;

/// <summary>Runs the rows, a verb of `realm` at a time, each in a process of its own. What a verb printed is kept; a run that was killed goes on
/// with the first verb that has not ended.</summary>
/// <param name="shared">Options that every verb takes: data folder, device, threads.</param>
internal sealed class AblationRun(
    AblationOptions options, string baseFolder, string output, IReadOnlyList<string> shared, int seed, Action<string> say, CancellationToken cancellationToken)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<string> _commands = [];

    // What a verb printed, and what it was asked.
    private sealed record Result(Asked? Asked, JsonElement Printed);

    // Of paths the names alone, since folders move.
    private sealed record Asked(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Settings)
    {
        public string? Difference(Asked now) => Arguments.SequenceEqual(now.Arguments)
            ? RunSettings.Difference(Settings, now.Settings)
            : $"`{string.Join(' ', Arguments)}` then, `{string.Join(' ', now.Arguments)}` now";
    }

    /// <summary>One measured number set.</summary>
    public sealed record Measure(string Row, string Questions, JsonElement ZeroShot, JsonElement? FineTuned, double Seconds);

    /// <summary>Every command that was or had been run, once, in order.</summary>
    public IReadOnlyList<string> Commands => _commands;

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        Directory.CreateDirectory(output);
        var rows = AblationRow.All.Where(row => options.Rows.Count == 0 || options.Rows.Contains(row.Key)).ToList();
        if (options.Rows.FirstOrDefault(key => AblationRow.All.All(row => row.Key != key)) is { } unknown)
            throw new InvalidOperationException($"There is no row \"{unknown}\". Rows are: {string.Join(", ", AblationRow.All.Select(row => row.Key))}.");
        if (options.Questions.Count == 0)
            throw new InvalidOperationException("There is nothing to measure on. Name question files in the configuration's \"questions\".");
        var seconds = new Dictionary<string, double>();
        // Refused now and not hours later.
        foreach (var pretraining in rows.SelectMany(row => new[] { row.Retriever, row.Encoder }).OfType<string>())
            AblationRow.Settings(pretraining, options);

        var warmRetriever = await TrainAsync("ict", Write("ict", options.InverseCloze), "ict", options.Start, seconds);
        // The encoder's warm start leaves the retriever to inverse cloze.
        var baseline = await TrainAsync(
            "pretrain", Write("encoder", options.Encoder with { Embedder = false }), "baseline", warmRetriever, seconds, "--objective", "mlm");
        var measures = new List<Measure>();
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            say($"Row \"{row.Title}\"");
            var retriever = await PreTrainAsync(row.Retriever, baseline, seconds);
            var encoder = await PreTrainAsync(row.Encoder, baseline, seconds);
            var model = retriever == encoder ? retriever : await CombineAsync(row.Key, retriever, encoder);
            // Before fine-tuning, which then takes the index that this embeds the corpus for.
            var zeroShot = new List<JsonElement>();
            foreach (var questions in options.Questions)
                zeroShot.Add(await EvaluateAsync($"{row.Key}.{questions.Name}.zero-shot", model, questions, "--retrieval-only"));
            var tuned = options.FineTuning is { } file
                ? await TrainAsync("finetune", Path.GetFullPath(file, baseFolder), $"{row.Key}-tuned", model, seconds)
                : null;
            foreach (var (questions, before) in options.Questions.Zip(zeroShot))
            {
                var fineTuned = tuned is null ? (JsonElement?)null : await EvaluateAsync($"{row.Key}.{questions.Name}.tuned", tuned, questions);
                var trained = new[] { row.Retriever, row.Encoder, $"{row.Key}-tuned" }.OfType<string>().Distinct()
                    .Sum(stage => seconds.GetValueOrDefault(stage));
                measures.Add(new Measure(row.Title, questions.Name, before, fineTuned, trained));
            }
        }
        return measures;
    }

    /// <summary>The measures as a Markdown table. Exact match and F1 are those of the best answer, as in the paper, where nothing is refused.</summary>
    public static string Table(IReadOnlyList<Measure> measures)
    {
        var text = new StringBuilder();
        foreach (var set in measures.GroupBy(measure => measure.Questions))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{set.Key}, {set.First().ZeroShot.GetProperty("n").GetInt32()} questions").AppendLine();
            text.AppendLine("| row | zero-shot recall@1 | @5 | @20 | fine-tuned EM | F1 | recall@5 | training, minutes |");
            text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
            foreach (var measure in set)
            {
                var recall = measure.ZeroShot.GetProperty("recallAt");
                var tuned = measure.FineTuned;
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {measure.Row} | {Percent(recall, "1")} | {Percent(recall, "5")} | {Percent(recall, "20")} | {Percent(tuned, "forcedEm")} | "
                        + $"{Percent(tuned, "forcedF1")} | {(tuned is { } t ? Percent(t.GetProperty("recallAt"), "5") : "")} | {measure.Seconds / 60:F1} |");
            }
            text.AppendLine();
        }
        return text.ToString();
    }

    private static string Percent(JsonElement? of, string name) =>
        of is { } element ? element.GetProperty(name).GetDouble().ToString("F1", CultureInfo.InvariantCulture) : "";

    private string Name(string stage) => $"{options.Prefix}-{stage}";

    private async Task<string> PreTrainAsync(string? pretraining, string baseline, Dictionary<string, double> seconds) => pretraining is null
        ? baseline
        : await TrainAsync("pretrain", Write(pretraining, options.Encoder with { Realm = AblationRow.Settings(pretraining, options) }), pretraining, baseline,
            seconds);

    private async Task<string> TrainAsync(string verb, string config, string stage, string from, Dictionary<string, double> seconds, params string[] more)
    {
        var result = await VerbAsync(
            stage, [verb, "--corpus", options.Corpus, "--model", from, "--new-model", Name(stage), "--config", config, "--seed", Text(seed), "--resume",
            .. more]);
        seconds[stage] = result.GetProperty("seconds").GetDouble();
        return Name(stage);
    }

    private async Task<string> CombineAsync(string stage, string retriever, string encoder)
    {
        await VerbAsync($"{stage}.combine", ["model", "combine", "--retriever", retriever, "--reader", encoder, "--name", Name(stage)]);
        return Name(stage);
    }

    private async Task<JsonElement> EvaluateAsync(string stage, string model, AblationQuestions questions, params string[] more)
    {
        List<string> arguments =
        [
            "evaluate", "--corpus", options.Corpus, "--model", model, "--retriever", "dense", "-k", Text(options.K), "--data",
                Path.GetFullPath(questions.File, baseFolder),
            "--per-question", Path.Combine(output, $"{stage}.jsonl"), .. more,
        ];
        if (questions.Part is { } part)
            arguments.AddRange(["--part", part]);
        if (questions.Limit > 0)
            arguments.AddRange(["--limit", Text(questions.Limit)]);
        return await VerbAsync(stage, arguments);
    }

    private async Task<JsonElement> VerbAsync(string stage, IReadOnlyList<string> arguments)
    {
        var command = $"realm {string.Join(' ', arguments)}";
        if (!_commands.Contains(command))
            _commands.Add(command);
        var asked = new Asked(
            [.. arguments.Select(argument => Path.IsPathRooted(argument) ? Path.GetFileName(argument) : argument)], await SettingsAsync(arguments));
        if (await ReadAsync(stage) is { } kept)
        {
            if (kept.Asked?.Difference(asked) is not { } difference)
                return kept.Printed;
            // A measurement is taken again; a model stays what it is.
            if (arguments.Contains("--new-model"))
                throw new InvalidOperationException(
                    $"{ResultFile(stage)} is of a run with other settings: {difference}. Put those back, or name a new --out and another \"prefix\" for the "
                    + $"models.");
        }
        say(command);
        using var process = Process.Start(Programs.Start(Programs.Realm, [.. shared, "--json", .. arguments]))
            ?? throw new InvalidOperationException("`realm` could not be started.");
        string printed;
        try
        {
            printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"`{command}` ended with exit code {process.ExitCode}; what it said stands above. Mend it and run the ablation again: it goes on here.");
        var result = new Result(asked, JsonSerializer.Deserialize<JsonElement>(printed));
        DurableFile.WriteText(ResultFile(stage), JsonSerializer.Serialize(result, Json));
        return result.Printed;
    }

    private async Task<Result?> ReadAsync(string stage) => File.Exists(ResultFile(stage))
        ? JsonSerializer.Deserialize<Result>(await File.ReadAllTextAsync(ResultFile(stage), cancellationToken), Json)
        : null;

    // What the verb's configuration file says; nothing where it has none.
    private async Task<IReadOnlyDictionary<string, string>> SettingsAsync(IReadOnlyList<string> arguments)
    {
        var at = arguments.ToList().IndexOf("--config");
        return at < 0 ? new Dictionary<string, string>()
            : RunSettings.Of(JsonNode.Parse(
                await File.ReadAllTextAsync(arguments[at + 1], cancellationToken), documentOptions: new()
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                })!);
    }

    private string ResultFile(string stage) => Path.Combine(output, $"{stage}.result.json");

    private string Write<T>(string stage, T settings)
    {
        var path = Path.Combine(output, $"{stage}.config.json");
        File.WriteAllText(path, JsonSerializer.Serialize(settings, Json));
        return path;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
