using System.Diagnostics;
using System.Globalization;
using RealmWeb.Engine.Models;
using RealmWeb.TestKit;

namespace RealmWeb.Cli.Tests;

/// <summary>The realm command as a process of its own that trains, in a data folder with a tiny model and a small corpus: left alone, or killed
/// by the system again and again and resumed.</summary>
internal sealed class TrainingCommand : IDisposable
{
    /// <summary>Name of the corpus.</summary>
    public const string Corpus = "articles";

    /// <summary>Name of the model with random weights.</summary>
    public const string Model = "tiny";

    // An ablation is a dozen processes, one after the other.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string Encyclopedia = Path.Combine(TestPaths.Repository, "samples", "encyclopedia");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("realmweb-training-");

    private readonly string _program;

    private TrainingCommand(string program) => _program = Path.Combine(AppContext.BaseDirectory, program + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>A file of questions with their passages.</summary>
    public static string Questions { get; } = Path.Combine(Encyclopedia, "questions", "train.jsonl");

    /// <summary>Makes the model and imports the corpus.</summary>
    /// <param name="program">The program whose verbs are run.</param>
    public static async Task<TrainingCommand> CreateAsync(string program = "realm")
    {
        var made = new TrainingCommand(program);
        RandomModel.Make(Path.Combine(made._folder.FullName, "models", Model));
        Assert.Equal(0, await RealmCommand.RunAsync(
            [
                "--data-dir", made._folder.FullName, "--progress", "none", "import", .. RandomModel.Articles, "--corpus", Corpus, "--model", Model,
                // How many examples a text gives depends on how it is cut.
                "--block-pieces", "288",
            ]));
        return made;
    }

    /// <summary>Writes a configuration and gives its path.</summary>
    public string Configuration(string json)
    {
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        return path;
    }

    /// <summary>Path of a file of this data folder.</summary>
    public string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>What it printed on stdout.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, printed, said) = await EndAsync(arguments);
        Assert.True(code == 0, $"realm ended with {code}: {said}");
        return printed;
    }

    /// <summary>Runs a verb that fails.</summary>
    /// <returns>What it said on stderr.</returns>
    public async Task<string> FailAsync(params string[] arguments)
    {
        var (code, printed, said) = await EndAsync(arguments);
        Assert.True(code == 1, $"realm ended with {code}: {printed}");
        return said;
    }

    /// <summary>Runs a training verb to its end.</summary>
    /// <param name="newModel">Name of the model that it makes.</param>
    /// <param name="arguments">Verb and options, without those for the new model and for resuming.</param>
    /// <returns>The bytes of the new model's weights.</returns>
    public async Task<byte[]> TrainAsync(string newModel, params string[] arguments)
    {
        var (code, _, said) = await EndAsync(Resuming(newModel, arguments));
        Assert.True(code == 0, $"realm ended with {code}: {said}");
        return await File.ReadAllBytesAsync(ModelFiles.Weights(Path.Combine(_folder.FullName, "models", newModel)));
    }

    /// <summary>Runs a training verb that is killed (SIGKILL) once the checkpoints of all its stages together reach each of some steps, a random
    /// moment later, and is then resumed; the last time it runs to its end.</summary>
    /// <param name="steps">Rising, well below the last step.</param>
    /// <returns>The bytes of the new model's weights.</returns>
    public async Task<byte[]> TrainKilledAsync(string newModel, IReadOnlyList<int> steps, Random random, params string[] arguments)
    {
        foreach (var step in steps)
        {
            using var process = Start(Resuming(newModel, arguments));
            // What the life before reached beyond its step does not count: each life gets on.
            var wanted = Math.Max(step, Reached(newModel) + (step == 0 ? 0 : 1));
            // On a thread of its own: a pool whose threads are all at work would look too late.
            await Task.Factory.StartNew(() => WaitUntilReached(process, newModel, wanted, random.Next(step == 0 ? 400 : 20)), TaskCreationOptions.LongRunning);
            Assert.False(process.HasExited, process.HasExited
                ? $"The run ended with {process.ExitCode} before it could be killed at step {step}: {await process.StandardError.ReadToEndAsync()}" : "");
            process.Kill();
            await process.WaitForExitAsync();
        }
        return await TrainAsync(newModel, arguments);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // Steps of the newest checkpoints, summed over the stages.
    private int Reached(string newModel)
    {
        var work = new DirectoryInfo(Path.Combine(_folder.FullName, "training", newModel));
        return !work.Exists ? 0 : work.EnumerateDirectories().Sum(stage => stage.EnumerateFiles("checkpoint-*.safetensors")
            .Select(file => int.Parse(Path.GetFileNameWithoutExtension(file.Name)["checkpoint-".Length..], CultureInfo.InvariantCulture)).DefaultIfEmpty()
                .Max());
    }

    private void WaitUntilReached(Process process, string newModel, int wanted, int further)
    {
        var deadline = Stopwatch.StartNew();
        while (Reached(newModel) < wanted && !process.HasExited && deadline.Elapsed < Patience)
            Thread.Sleep(2);
        Thread.Sleep(further);
    }

    private async Task<(int Code, string Printed, string Said)> EndAsync(string[] arguments)
    {
        using var process = Start(arguments);
        var (printed, said) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var tooLong = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(tooLong.Token);
        }
        catch (OperationCanceledException)
        {
            // It would go on writing into a folder that is removed.
            process.Kill(entireProcessTree: true);
            Assert.Fail($"realm {string.Join(' ', arguments)} had not ended after {Patience}: {await said}");
        }
        return (process.ExitCode, await printed, await said);
    }

    private static string[] Resuming(string newModel, string[] arguments) => [.. arguments, "--new-model", newModel, "--resume"];

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(_program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // One thread: two that wait for each other on a busy machine take many times as long.
        foreach (var argument in (string[])["--data-dir", _folder.FullName, "--progress", "none", "--device", "cpu", "--threads", "1", .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
