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
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(100))
        {
            try
            {
                return new FileStream(Path.Combine(locks, newModel), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < Patience)
            {
                Thread.Sleep(100);
            }
            catch (IOException held)
            {
                throw new TrainingBusyException(newModel, held);
            }
        }
    }

    /// <summary>Removes what a training left; nothing happens when there is nothing.</summary>
    public void Remove(string newModel)
    {
        if (Directory.Exists(Of(newModel)))
            DurableFile.RemoveFolder(Of(newModel));
    }
}

/// <summary>Another process trains a model of this name.</summary>
public sealed class TrainingBusyException(string newModel, Exception held) : IOException(
    $"Another process trains a model \"{newModel}\". Wait for its end, or choose another name.", held)
{
    public string NewModel { get; } = newModel;
}
