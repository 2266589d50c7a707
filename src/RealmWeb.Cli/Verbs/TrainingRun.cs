using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Models;
using RealmWeb.Data.Training;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Training;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Cli.Verbs;

/// <summary>What the verbs share that train a new model on the text of a corpus.</summary>
internal sealed class TrainingRun
{
    private readonly Option<string> _corpus = CorpusOptions.Corpus();
    private readonly Option<string?> _from = CorpusOptions.Model();
    private readonly Option<string> _name = new("--new-model") { Description = "Name of the new model.", Required = true };
    private readonly Option<string?> _config = new("--config") { Description = "JSON file with the settings." };
    private readonly Option<int> _steps = new Option<int>("--steps") { Description = "Optimiser steps, at least 1." }.Between(1);
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the last checkpoint." };

    /// <summary>All of them, for the command.</summary>
    public IReadOnlyList<Option> Options => [_corpus, _from, _name, _config, _steps, _seed, _resume];

    public string Corpus(VerbContext context) => context.Parsed.GetValue(_corpus)!;

    public string NewModel(VerbContext context) => context.Parsed.GetValue(_name)!;

    public bool Resume(VerbContext context) => context.Parsed.GetValue(_resume);

    /// <summary>The settings of --config, or the defaults.</summary>
    public T Settings<T>(VerbContext context)
        where T : class, new() => context.Parsed.GetValue(_config) is { } file ? SettingsFile.Read<T>(file) : new T();

    /// <summary>What --steps and --seed say goes before the configuration.</summary>
    public TrainingOptions Adjust(VerbContext context, TrainingOptions training)
    {
        if (context.Parsed.GetValue(_steps) is > 0 and var given)
            training = training.ForSteps(given);
        return training with { Seed = context.Parsed.GetValue(_seed) ?? training.Seed };
    }

    /// <summary>Folder that relative paths of the settings count from.</summary>
    public string BaseFolder(VerbContext context) => context.Parsed.GetValue(_config) is { } file ? Path.GetDirectoryName(Path.GetFullPath(file))! : "";

    /// <summary>The model to start from.</summary>
    public RealmModel Load(VerbContext context)
    {
        var model = RealmModel.Load(CorpusOptions.FindModel(context, context.Parsed.GetValue(_from)).Folder, context.StartTorch());
        model.ForgetFits();
        return model;
    }

    /// <summary>Folder of the new model; refuses a name that is taken, unless the run is resumed.</summary>
    public string Target(VerbContext context)
    {
        var library = context.Models;
        return Resume(context) && library.Find(NewModel(context)) is { Embedded: false } existing ? existing.Folder : library.FolderForNew(NewModel(context));
    }

    /// <summary>Keeps other processes from training a model of this name until the result is disposed.</summary>
    /// <exception cref="TrainingBusyException">Another one does.</exception>
    public IDisposable TakeTurn(VerbContext context) => new TrainingFolders(context.Paths).Take(NewModel(context));

    /// <summary>Where checkpoints of a stage go.</summary>
    public string Work(VerbContext context, string stage) => Path.Combine(new TrainingFolders(context.Paths).Of(NewModel(context)), stage);

    /// <summary>Writes down how the new model came to be.</summary>
    /// <param name="trained">The model that was trained; it has the name of the one it began as.</param>
    public void Record(VerbContext context, RealmModel trained, RunKind kind)
    {
        var settings = new ModelSettings(
            context.Parsed.GetValue(_steps) is > 0 and var steps ? steps : null, context.Parsed.GetValue(_seed),
            Configuration: context.Parsed.GetValue(_config) is { } file ? File.ReadAllText(file) : null);
        context.Store<ModelRegistry>().Record(NewModel(context), new ModelLineage(ModelOrigin.Trained, trained.Name, Corpus(context), context.RunId, settings, kind));
    }

    public void Print(VerbContext context, TrainingOutcome outcome)
    {
        var name = NewModel(context);
        context.Print(
            new TrainingResult(name, outcome.Steps, outcome.Seconds, outcome.TokensPerSecond, outcome.Metrics),
            [
                string.Create(CultureInfo.InvariantCulture, $"Saved {name}: {outcome.Steps} steps in {outcome.Seconds:F0} s."),
                string.Join(", ", outcome.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G4}"))),
            ]);
    }
}
