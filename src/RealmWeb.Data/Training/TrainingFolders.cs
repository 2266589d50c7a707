using RealmWeb.Files;

namespace RealmWeb.Data.Training;

/// <summary>Where trainings keep their checkpoints: a folder for the name of each new model, in which one process trains at a time.</summary>
public sealed class TrainingFolders(RealmPaths paths)
{
    // A process whose parent was killed needs a moment to end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The folder for a name; it may not exist yet.</summary>
    public string Of(string newModel) => Path.Combine(paths.Training, newModel);

    /// <summary>Keeps every other process from training a model of this name until the result is disposed; the operating system gives the lock back
    /// when this process dies. Beside the folder and not in it, so that the folder can be removed under the lock.</summary>
    /// <exception cref="TrainingBusyException">Another process holds it.</exception>
    public IDisposable Take(string newModel)
    {
        var locks = Directory.CreateDirectory(Path.Combine(paths.Training, ".locks")).FullName;
        return FileLock.TryTake(Path.Combine(locks, newModel), Patience) ?? throw new TrainingBusyException(newModel);
    }

    /// <summary>Removes what a training left; nothing happens when there is nothing.</summary>
    public void Remove(string newModel)
    {
        if (Directory.Exists(Of(newModel)))
            DurableFolder.Remove(Of(newModel));
    }
}

/// <summary>Another process trains a model of this name.</summary>
public sealed class TrainingBusyException(string newModel) : IOException(
    $"Another process trains a model \"{newModel}\". Wait for its end, or choose another name.")
{
    public string NewModel { get; } = newModel;
}
