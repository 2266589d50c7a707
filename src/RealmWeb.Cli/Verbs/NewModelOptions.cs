using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Training;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Cli.Verbs;

/// <summary>Options that the verbs share that train a new model, and the training that they ask for.</summary>
/// <param name="config">What the configuration holds, for the help.</param>
internal sealed class NewModelOptions(string config)
{
    private readonly Option<string?> _from = CorpusOptions.Model();
    private readonly Option<string> _name = new("--new-model") { Description = "Name of the new model.", Required = true };
    private readonly Option<string?> _config = new("--config") { Description = config };
    private readonly Option<int> _steps = new Option<int>("--steps")
    {
        Description = "Optimiser steps of each stage, at least 1; goes before the configuration.",
    }.Between(1);
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of all stages; goes before the configuration." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the last checkpoint." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_from, _name, _config, _steps, _seed, _resume])
            command.Add(option);
    }

    /// <summary>The settings of --config, or the defaults.</summary>
    public T Settings<T>(VerbContext context)
        where T : class, new() => context.Parsed.GetValue(_config) is { } file ? SettingsFile.Read<T>(file) : new T();

    /// <summary>The training of a stage with what --steps and --seed say.</summary>
    public TrainingOptions Adjust(VerbContext context, TrainingOptions training) =>
        training.With(Steps(context), context.Parsed.GetValue(_seed));

    /// <summary>Trains a new model, saves it and writes down how it came to be. A name that is taken is refused, unless the run is resumed, and while another
    /// process trains under it.</summary>
    /// <param name="train">Trains the model that the run holds.</param>
    /// <param name="corpus">Corpus that is trained on; null for none.</param>
    /// <param name="questionFiles">Question files that were given beside the configuration.</param>
    /// <returns>What the run amounts to, and what <paramref name="train"/> returned.</returns>
    public async Task<(TrainingResult Result, T Trained)> TrainAsync<T>(
        VerbContext context, RunKind kind, string? corpus, IReadOnlyList<string> questionFiles, Func<TrainingRun, Task<T>> train)
    {
        var (name, library, folders) = (context.Parsed.GetValue(_name)!, context.Models, new TrainingFolders(context.Paths));
        var resume = context.Parsed.GetValue(_resume);
        var target = resume && library.Find(name) is { Embedded: false } existing ? existing.Folder : library.FolderForNew(name);
        using var turn = folders.Take(name);
        using var model = context.LoadModel(context.Parsed.GetValue(_from));
        var run = new TrainingRun(model, name, folders.Of(name), resume, context.Time, context.Progress, context.Cancelled)
        {
            BaseFolder = BaseFolder(context),
        };
        var trained = await train(run);
        var summary = run.Save(target);
        var settings = new ModelSettings(Steps(context), context.Parsed.GetValue(_seed), QuestionSets(context, questionFiles), Configuration(context));
        context.Store<ModelRegistry>().Record(name, new ModelLineage(ModelOrigin.Trained, model.Name, corpus, context.RunId, settings, kind));
        return (new TrainingResult(name, summary.Steps, summary.Seconds, summary.TokensPerSecond, summary.Metrics), trained);
    }

    /// <summary>The result in lines for people.</summary>
    public static IEnumerable<string> Lines(TrainingResult result)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"Saved {result.Model}: {result.Steps} steps in {result.Seconds:F0} s.");
        if (result.Metrics is { } metrics)
            yield return string.Join(", ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G4}")));
    }

    private static IReadOnlyList<string>? QuestionSets(VerbContext context, IReadOnlyList<string> files) =>
        files.Count == 0 ? null : [.. files.Select(context.Store<QuestionSetLibrary>().NameOf)];

    private int? Steps(VerbContext context) => context.Parsed.GetValue(_steps) is > 0 and var steps ? steps : null;

    private string? Configuration(VerbContext context) => context.Parsed.GetValue(_config) is { } file ? File.ReadAllText(file) : null;

    // Relative paths of the settings count from it.
    private string BaseFolder(VerbContext context) => context.Parsed.GetValue(_config) is { } file ? Path.GetDirectoryName(Path.GetFullPath(file))! : "";
}
