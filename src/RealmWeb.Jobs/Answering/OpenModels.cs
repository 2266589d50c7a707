using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;

namespace RealmWeb.Jobs.Answering;

/// <summary>Models that are loaded, one instance each, for all who ask.</summary>
internal sealed class OpenModels(ModelLibrary library, IOptions<RealmJobsOptions> options) : IAsyncDisposable
{
    // The one in production, and the one before it while indexes are built anew.
    private const int MostOpen = 2;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<(string Key, Shared<ModelServer> Model)> _open = [];

    /// <summary>A use of the production model.</summary>
    /// <exception cref="NoModelException">There is none.</exception>
    /// <exception cref="ModelDamagedException">It cannot be loaded.</exception>
    public Task<Shared<ModelServer>.Use> ProductionAsync(CancellationToken cancellationToken) =>
        OpenAsync(library.Production() ?? throw new NoModelException(), cancellationToken);

    /// <summary>A use of a model, loaded if it is not yet. A model that was written anew under its name is loaded anew.</summary>
    public async Task<Shared<ModelServer>.Use> OpenAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var key = $"{entry.Folder}|{File.GetLastWriteTimeUtc(entry.WeightsFile).Ticks}|{File.GetLastWriteTimeUtc(entry.ConfigFile).Ticks}";
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var at = _open.FindIndex(open => open.Key == key);
            if (at < 0)
            {
                var model = await Task.Run(() => Load(entry), cancellationToken);
                _open.Add((key, new Shared<ModelServer>(new ModelServer(model, precision: options.Value.ReadingPrecision), CloseAsync)));
                at = _open.Count - 1;
            }
            // Most recently used last; the rest goes when its last user has left.
            var found = _open[at];
            _open.RemoveAt(at);
            _open.Add(found);
            while (_open.Count > MostOpen)
            {
                var oldest = _open[0].Model;
                _open.RemoveAt(0);
                await oldest.RetireAsync();
            }
            return found.Model.TryUse()!;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, model) in _open)
            await model.RetireAsync();
        _open.Clear();
        _gate.Dispose();
    }

    private static RealmModel Load(ModelEntry entry)
    {
        var device = TorchRuntime.Start();
        try
        {
            return RealmModel.Load(entry.Folder, device);
        }
        catch (Exception damage) when (damage is CheckpointException or InvalidDataException or VocabularyException or IOException or JsonException)
        {
            throw new ModelDamagedException(entry, damage);
        }
    }

    private static async ValueTask CloseAsync(ModelServer server)
    {
        await server.DisposeAsync();
        server.Model.Dispose();
    }
}
