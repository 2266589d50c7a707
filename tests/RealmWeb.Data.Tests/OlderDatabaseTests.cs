using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Data.Tests;

/// <summary>A database of the first version, with what it stored about runs in its own way, opened by this one.</summary>
public sealed class OlderDatabaseTests : IDisposable
{
    private const string Training = "01A0C2D4-0000-7000-8000-00000000000A";
    private const string Import = "01A0C2D4-0000-7000-8000-00000000000B";

    private readonly string _folder = Directory.CreateTempSubdirectory("realm-older-").FullName;
    private readonly ServiceProvider _services;

    public OlderDatabaseTests()
    {
        _services = new ServiceCollection().AddRealmData(options => options.Directory = _folder).BuildServiceProvider();
        using var db = _services.GetRequiredService<IDbContextFactory<RealmDbContext>>().CreateDbContext();
        db.GetService<IMigrator>().Migrate("Initial");
        Insert("FineTune", Training, "Interrupted", """{"Corpus":"handbook"}""", """{"Retriever/loss":2.5,"Reader/loss":0.5,"Reader/devF1":71.25}""",
            """{"begun":true}""");
        Insert("Import", Import, "Succeeded", """{"Corpus":"handbook","Paths":[],"Upload":"abc"}""", """{"documents":2}""", null);
        foreach (var (name, step, value) in new[] { ("Retriever/loss", 10, 2.5), ("Reader/loss", 10, 0.5) })
            db.Database.ExecuteSql($"INSERT INTO RunMetrics (RunId, Name, Step, Value) VALUES ({Training}, {name}, {step}, {value})");
        var answered = $$"""{"RunId":"{{Import.ToLowerInvariant()}}","Files":2,"Bytes":90}""";
        db.Database.ExecuteSql($"INSERT INTO Settings (Key, Value, ChangedAt) VALUES ('upload:0f', {answered}, 0), ('theme', 'dark', 0)");

        void Insert(string kind, string id, string state, string parameters, string metrics, string? checkpoint) => db.Database.ExecuteSql(
            $"""
            INSERT INTO Runs (Id, Kind, Target, ExclusiveKey, State, ParametersJson, MetricsJson, CheckpointJson, Done, Unit, Stage, Attempt, StartedBy, CreatedAt, Revision)
            VALUES ({id}, {kind}, 'handbook', '', {state}, {parameters}, {metrics}, {checkpoint}, 7, 'steps', 'Reader', 1, 'ann', 638000000000000000, 9)
            """);
    }

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Runs_AreReadAsTheyWere_WithTheirStagesAndRequests()
    {
        _services.UseRealmData();
        var store = _services.GetRequiredService<RunStore>();

        var training = (await store.FindAsync(Guid.Parse(Training), TestContext.Current.CancellationToken))!;
        var import = (await store.FindByRequestAsync("upload:0f", TestContext.Current.CancellationToken))!;
        var metrics = await store.ReadMetricsAsync(training.Id, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((RunKind.FineTune, RunState.Interrupted, true, 7L, 9L), (training.Kind, training.State, training.Begun, training.Done, training.Revision));
        Assert.Equal("""{"loss":0.5,"devF1":71.25}""", Normal(training.MetricsJson));
        Assert.Equal([("Reader", "loss", 10L, 0.5), ("Retriever", "loss", 10L, 2.5)],
            metrics.Select(point => (point.Stage, point.Name, point.Step, point.Value)).Order());
        Assert.Equal((Guid.Parse(Import), RunKind.Import, RunState.Succeeded, false), (import.Id, import.Kind, import.State, import.Begun));
        Assert.Equal("""{"Corpus":"handbook","Paths":[],"Upload":"abc","Files":2,"Bytes":90}""", import.ParametersJson);
        // Beside it the note that models were taken over from the runs.
        Assert.Equal(["theme", "upgrade:models-from-runs"], await SettingsAsync());
    }

    // Of several members of one name the last counts, as it does wherever this is read.
    private static string Normal(string json) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, double>>(json));

    private async Task<List<string>> SettingsAsync()
    {
        await using var db = await _services.GetRequiredService<IDbContextFactory<RealmDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Settings.Select(setting => setting.Key).ToListAsync(TestContext.Current.CancellationToken);
    }
}
