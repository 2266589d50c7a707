using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Storage;
using RealmWeb.Data.Uploads;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Uploads;

public sealed class UploadSweepTests : IDisposable
{
    private readonly TempData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Sweep_RemovesUploadsThatNobodyReceivesAndNoRunNeeds()
    {
        var store = _data.Get<UploadStore>();
        var left = Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(Path.Combine(_data.Folder, "uploads", left));
        using var arriving = store.Begin();
        string waiting;
        using (var kept = store.Begin())
        {
            kept.Keep();
            waiting = kept.Name;
        }
        await _data.Get<RunStore>().CreateAsync(
            new Run { Kind = RunKind.Import, Target = "a", ParametersJson = $"{{\"Upload\":\"{waiting}\"}}" }, TestContext.Current.CancellationToken);

        await _data.Get<DataFolderSweep>().RunAsync(TestContext.Current.CancellationToken);

        var folders = Directory.GetDirectories(Path.Combine(_data.Folder, "uploads")).Select(folder => Path.GetFileName(folder)!);
        Assert.Equal(new[] { arriving.Name, waiting }.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }
}
