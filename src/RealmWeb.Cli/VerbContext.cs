using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Storage;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Jobs.Commands;
using static TorchSharp.torch;

namespace RealmWeb.Cli;

/// <summary>What a verb runs with: the data folder, the device, where results and progress go, and how it is stopped.</summary>
internal sealed class VerbContext : IDisposable
{
    private readonly CancellationTokenSource _cancel;
    private readonly SignsOfLife? _signs;
    private readonly Lazy<ServiceProvider> _stores;

    private VerbContext(ParseResult parsed, CancellationToken cancellationToken)
    {
        Parsed = parsed;
        Json = parsed.GetValue(SharedOptions.Json);
        Paths = RealmPaths.In(parsed.GetValue(SharedOptions.DataDir)!);
        _stores = new Lazy<ServiceProvider>(() => OpenStores(Paths));
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var kind = parsed.GetValue(SharedOptions.Progress);
        Progress = new ProgressWriter(kind);
        if (kind == ProgressKind.Json)
        {
            _signs = new SignsOfLife(Progress, Time);
            _ = Task.Run(ListenForCancel, CancellationToken.None);
        }
    }

    public ParseResult Parsed { get; }

    public bool Json { get; }

    public RealmPaths Paths { get; }

    public ProgressWriter Progress { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Run of the site that the work is done for; null at the command line.</summary>
    public Guid? RunId => Parsed.GetValue(SharedOptions.Run);

    public CorpusLibrary Corpora => new(Paths, Time);

    public ModelLibrary Models => Store<ModelLibrary>();

    /// <summary>A store of the data folder, whose database is opened by the first one asked for.</summary>
    public T Store<T>()
        where T : notnull => _stores.Value.GetRequiredService<T>();

    /// <summary>Runs a verb's work and turns what it throws into one line and an exit code.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Run(Func<VerbContext, Task> work) => async (parsed, cancellationToken) =>
    {
        VerbContext? context = null;
        try
        {
            context = new VerbContext(parsed, cancellationToken);
            await work(context);
            return 0;
        }
        catch (OperationCanceledException)
        {
            context?.Progress.Log("warning", "Stopped before the end. What was done so far is kept; run the same command with --resume where it has one.");
            return 1;
        }
#pragma warning disable CA1031 // The border of the program: whatever went wrong becomes one clear line.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var cause = (failure as AggregateException)?.InnerException ?? failure;
            // .NET adds the name of a parameter that only the code knows.
            var message = cause is ArgumentException { ParamName: { } parameter }
                ? cause.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : cause.Message;
            (context?.Progress ?? new ProgressWriter(ProgressKind.Bar)).Log("error", DiskTrouble.Of(cause)?.Sentence ?? message);
            if (Environment.GetEnvironmentVariable("REALM_TRACE") == "1")
                await Console.Error.WriteLineAsync(failure.ToString());
            return 1;
        }
        finally
        {
            context?.Dispose();
        }
    };

    /// <summary>Prints the verb's result: the object as JSON with --json, else the lines for people.</summary>
    public void Print(object result, IEnumerable<string> lines)
    {
        Progress.Finish();
        if (Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ChildProtocol.Results));
            return;
        }
        foreach (var line in lines)
            Console.Out.WriteLine(line);
    }

    /// <summary>The model of this name; without one that in production.</summary>
    /// <exception cref="InvalidOperationException">There is no model.</exception>
    public ModelEntry FindModel(string? name) => name is { Length: > 0 } ? Models.Get(name) : Models.Production()
        ?? throw new InvalidOperationException(
            "There is no model yet. Name one with --model, import one with `realm model import DIR`, or make one with `realm model create`.");

    /// <summary>Loads the model of this name on the device that --device names; without a name that in production.</summary>
    public RealmModel LoadModel(string? name) => RealmModel.Load(FindModel(name).Folder, StartTorch());

    /// <summary>Starts libtorch on the device that --device names.</summary>
    public Device StartTorch()
    {
        var threads = Parsed.GetValue(SharedOptions.Threads);
        return TorchRuntime.Start(Parsed.GetValue(SharedOptions.Device)!, threads > 0 ? threads : null);
    }

    public void Dispose()
    {
        _signs?.Dispose();
        Progress.Finish();
        if (_stores.IsValueCreated)
            _stores.Value.Dispose();
        _cancel.Dispose();
    }

    private static ServiceProvider OpenStores(RealmPaths paths)
    {
        var stores = new ServiceCollection().AddSingleton(paths).AddRealmData().BuildServiceProvider();
        stores.UseRealmData();
        return stores;
    }

    // The parent says "cancel" or goes away; either way the work stops at the next safe place.
    private async Task ListenForCancel()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Trim() == "cancel")
                break;
        }
        try
        {
            await _cancel.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work ended first.
        }
    }
}
