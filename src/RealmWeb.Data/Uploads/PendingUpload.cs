using RealmWeb.Files;

namespace RealmWeb.Data.Uploads;

/// <summary>An upload while it arrives.</summary>
public sealed class PendingUpload : IDisposable
{
    private readonly UploadStore _store;
    private readonly FileLock _arriving;
    private bool _kept;

    internal PendingUpload(UploadStore store, string name, FileLock arriving) => (_store, Name, _arriving) = (store, name, arriving);

    public string Name { get; }

    /// <summary>A run has it now: it stays.</summary>
    public void Keep() => _kept = true;

    public void Dispose()
    {
        if (!_kept)
            _store.Remove(Name);
        _arriving.Dispose();
    }
}
