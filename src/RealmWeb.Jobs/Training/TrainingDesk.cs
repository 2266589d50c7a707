using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Training;
using RealmWeb.Files;
using RealmWeb.Jobs.QuestionSets;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Training;

/// <summary>What trainings need of the data folder: names, lessons, and a folder of their own.</summary>
internal sealed class TrainingDesk(
    RunStore runs, CorpusLibrary corpora, ModelLibrary models, QuestionSetLibrary questionSets, TrainingFolders folders)
{
    /// <exception cref="ArgumentException">The name is malformed or taken, by a model or by a run that is to make one.</exception>
    public async Task RequireFreeNameAsync(string newModel, CancellationToken cancellationToken)
    {
        models.FolderForNew(newModel);
        // Of two runs for one name the second would fail when its turn comes, perhaps hours later.
        if ((await runs.ListAsync(new RunFilter(RunTransitions.Open, RunKinds.Where(kind => kind.Trains), newModel), cancellationToken)).Count > 0)
            throw new ArgumentException($"A run that makes a model \"{newModel}\" is under way. Choose another name, or cancel that run.", nameof(newModel));
    }

    /// <summary>The question sets of a training.</summary>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    /// <exception cref="ArgumentException">The corpus is empty.</exception>
    public IReadOnlyList<QuestionSet> Lessons(TrainingParameters training)
    {
        corpora.RequirePassages(training.Corpus);
        foreach (var excluded in training.Exclude ?? [])
            questionSets.Get(excluded);
        return [.. (training.QuestionSets ?? []).Select(questionSets.Get)];
    }

    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    public TrainingParameters Pin(TrainingParameters training) => training with { Model = models.Pin(training.Model) };

    /// <exception cref="RunFailedException">A set is gone.</exception>
    public IReadOnlyList<string> FilesOf(IReadOnlyList<string>? sets) => [.. (sets ?? []).Select(questionSets.RequireFile)];

    /// <summary>Removes what an earlier training of the name left.</summary>
    /// <exception cref="RunFailedException">Another process trains a model of this name, or such a model was made meanwhile.</exception>
    public void MakeRoom(string newModel)
    {
        try
        {
            models.FolderForNew(newModel);
            using var turn = folders.Take(newModel);
            folders.Remove(newModel);
        }
        catch (Exception taken) when (taken is ArgumentException or TrainingBusyException)
        {
            throw new RunFailedException(taken.Message);
        }
    }

    /// <summary>The configuration file of a training; empty for none.</summary>
    public string ConfigurationOf(TrainingParameters training) => training.Settings.Length > 0 ? SettingsFileOf(training) : training.Config;

    /// <summary>Puts the settings beside the checkpoints, where whoever goes on from them by hand finds them.</summary>
    public void WriteSettings(TrainingParameters training)
    {
        if (training.Settings.Length == 0)
            return;
        Directory.CreateDirectory(folders.Of(training.NewModel));
        DurableFile.WriteText(SettingsFileOf(training), training.Settings);
    }

    private string SettingsFileOf(TrainingParameters training) => Path.Combine(folders.Of(training.NewModel), "settings.json");
}
