namespace RealmWeb.Engine.Checkpoints;

/// <summary>A file of weights is damaged, hostile, or does not fit the model.</summary>
public sealed class CheckpointException : IOException
{
    /// <param name="path">File that was read or written.</param>
    /// <param name="tensorName">Tensor concerned; null where the file as a whole is.</param>
    /// <param name="message">What is wrong and what to do; path and tensor are put before it.</param>
    public CheckpointException(string path, string? tensorName, string message, Exception? innerException = null)
        : base(tensorName is null ? $"{path}: {message}" : $"{path}, tensor \"{tensorName}\": {message}", innerException)
    {
        Path = path;
        TensorName = tensorName;
    }

    public CheckpointException(string message)
        : base(message)
    {
    }

    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CheckpointException()
    {
    }

    public string Path { get; } = "";

    public string? TensorName { get; }
}
