using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Models;
using RealmWeb.Files;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class RunForecastTests : IDisposable
{
    private static readonly TrainingParameters Training = new("handbook", 300, "", "tuned") { Kind = RunKind.PreTrain };

    private readonly TempData _data = new();
    private readonly SetClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public RunForecastTests() => _data.Corpora.Create("handbook").Import("a", "A", "some words");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Forecast_IsAsFastAsTheLastRunOfTheKind()
    {
        await using var host = await StartAsync();
        var former = await RunSamples.NewAsync(host.Store, kind: RunKind.PreTrain);
        await host.Store.TryStartAsync(former.Id, "me");
        await host.Store.ReportAsync(former.Id, "me", new RunProgress(100, 100, "steps", "Training"));
        _clock.Now += TimeSpan.FromSeconds(50);
        await host.Store.TryTransitionAsync(former.Id, [RunState.Running], RunState.Succeeded);

        var forecast = await host.Get<RunForecaster>().OfAsync(Training);
        var other = await host.Get<RunForecaster>().OfAsync(new IndexBuildParameters("handbook"));

        Assert.Equal((150.0, former.Id), (forecast.Seconds, forecast.Basis));
        Assert.Equal((null, null), (other.Seconds, other.Basis));
        Assert.True(forecast.DiskFree > 0);
    }

    [Fact]
    public async Task Forecast_CountsWeightsAsTheyAreAtWork_NotAsTheyAreStored()
    {
        await using var host = await StartAsync();
        // Nothing of the model's own: as a folder has it that holds what training changed of a base, or holds it in 8 bits.
        var config = Path.Combine(_data.Folder, "models", "tiny", "config.json");
        Assert.Equal(0, new FileInfo(ModelFiles.Weights(Path.GetDirectoryName(config)!)).Length);

        var forecast = await host.Get<RunForecaster>().OfAsync(Training);

        // Weights, gradient and two moments, or weights, two moments and the model itself, of four bytes each.
        var expected = 4 * 4 * ModelOptions.Load(config).LeastParameters;
        Assert.Equal((expected, expected), (forecast.MemoryBytes, forecast.DiskBytes));
    }

    [Fact]
    public async Task Launch_IsRefused_WhenTheDiskIsShort()
    {
        await using var host = await StartAsync();
        // A file without content, as long as no disk is.
        using (var weights = File.OpenWrite(Path.Combine(_data.Folder, "models", "tiny", "model.safetensors")))
            weights.SetLength(DiskRoom.Free(_data.Folder));

        var refusal = await Assert.ThrowsAsync<DiskFullException>(() => host.Launcher.LaunchAsync(Training, "ann"));

        Assert.StartsWith("REALM pre-training needs ", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await host.Store.ListAsync());
    }

    [Fact]
    public async Task Launch_IsRefused_WhenMemoryIsShort_AsTheLastTrainingOfTheModelTookMore()
    {
        await using var host = await StartAsync();
        var parameters = JsonSerializer.Serialize(Training with { Model = "tiny" });
        var former = await RunSamples.NewAsync(host.Store, kind: RunKind.PreTrain, parameters: parameters);
        await host.Store.TryStartAsync(former.Id, "me");
        await host.Store.AppendMetricsAsync(former.Id, "me", 1, new Dictionary<string, double> { ["memoryMiB"] = 1e9 });
        await host.Store.TryTransitionAsync(former.Id, [RunState.Running], RunState.Succeeded);

        var forecast = await host.Get<RunForecaster>().OfAsync(Training);
        var refusal = await Assert.ThrowsAsync<MemoryShortException>(() => host.Launcher.LaunchAsync(Training, "ann"));

        Assert.Equal((long)1e9 << 20, forecast.MemoryBytes);
        Assert.True(forecast.MemoryFree is > 0 and var free && free < forecast.MemoryBytes);
        Assert.StartsWith("REALM pre-training needs about 1000000000 MiB of memory but only ", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await host.Store.ListAsync());
    }

    private Task<JobsHost> StartAsync() => JobsHost.StartAsync(_data.Folder, services: services => services.AddSingleton<TimeProvider>(_clock));
}
