using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Tests;

/// <summary>A host with the real stores, a real Hangfire server and this test program in the place of the realm command.</summary>
internal sealed class JobsHost : IAsyncDisposable
{
    private readonly IHost _host;

    private JobsHost(IHost host, Recorder published) => (_host, Published) = (host, published);

    public Recorder Published { get; }

    public RunLauncher Launcher => Get<RunLauncher>();

    public RunReader Reader => Get<RunReader>();

    public RunStore Store => Get<RunStore>();

    public CorpusLibrary Corpora => Get<CorpusLibrary>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<JobsHost> StartAsync(
        string folder, Action<RealmJobsOptions>? configure = null, Action<IServiceCollection>? services = null, string child = ChildProgram.Command)
    {
        AddModel(folder);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var recorder = new Recorder();
        builder.Services.AddSingleton<IRunProgressPublisher>(recorder);
        builder.Services.AddRealmData(options => options.Directory = folder);
        builder.Services.AddRealmJobs(options =>
        {
            options.Heartbeat = TimeSpan.FromMilliseconds(200);
            options.ProgressInterval = TimeSpan.FromMilliseconds(50);
            options.ReconcileInterval = TimeSpan.FromMilliseconds(500);
            options.Grace = TimeSpan.FromSeconds(1);
            // Other test programs have all of the machine's time.
            options.GiveWay = false;
            options.Command = ChildProgram.Program;
            options.CommandArguments.Add(child);
            configure?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var host = builder.Build();
        host.Services.UseRealmData();
        await host.StartAsync();
        return new JobsHost(host, recorder);
    }

    /// <summary>Waits until the run is in a state that passes, at most three minutes (a loaded machine).</summary>
    public async Task<RunSnapshot> WaitAsync(Guid runId, Func<RunSnapshot, bool> passes)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (true)
        {
            var run = (await Reader.FindAsync(runId, CancellationToken.None))!;
            if (passes(run))
                return run;
            if (patience.IsCancellationRequested)
            {
                var log = string.Join('\n', (await Reader.ReadLogAsync(runId)).Select(line => line.Message));
                throw new TimeoutException($"Run {runId} stays {run.State} at {run.Done} of {run.Total} ({run.Error}).\n{log}");
            }
            await Task.Delay(20);
        }
    }

    public Task<RunSnapshot> WaitForEndAsync(Guid runId) => WaitAsync(runId, run => run.IsFinal);

    public Task<RunSnapshot> WaitForAsync(Guid runId, RunState state) => WaitAsync(runId, run => run.State == state);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>A model folder whose vocabulary can cut blocks; its weights are never read here.</summary>
    private static void AddModel(string folder)
    {
        var model = Directory.CreateDirectory(Path.Combine(folder, "models", "tiny")).FullName;
        File.WriteAllText(
            Path.Combine(model, "config.json"),
            """{ "vocab_size": 81, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16 }""");
        File.WriteAllText(Path.Combine(model, "model.safetensors"), "");
        File.WriteAllLines(Path.Combine(model, "vocab.txt"),
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. "abcdefghijklmnopqrstuvwxyz0123456789.,".SelectMany(c => new[] { $"{c}", $"##{c}" })]);
        File.WriteAllText(Path.Combine(folder, "models", "production.json"),
            """{"model":"tiny","promotedAt":"2025-01-01T00:00:00+00:00","by":"test","reason":"","previous":null}""");
    }

    /// <summary>Keeps what was published.</summary>
    internal sealed class Recorder : IRunProgressPublisher
    {
        private readonly ConcurrentQueue<RunSnapshot> _runs = new();
        private readonly ConcurrentQueue<RunLogLine> _lines = new();

        public IReadOnlyList<RunSnapshot> Runs => [.. _runs];

        public IReadOnlyList<RunLogLine> Lines => [.. _lines];

        public Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken)
        {
            _runs.Enqueue(run);
            return Task.CompletedTask;
        }

        public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken)
        {
            foreach (var line in lines)
                _lines.Enqueue(line);
            return Task.CompletedTask;
        }
    }
}
