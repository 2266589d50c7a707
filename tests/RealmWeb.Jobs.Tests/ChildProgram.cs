using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Commands;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests;

/// <summary>What this test program does when a test starts it as a second process: the part of the realm command that jobs rely on, and whole
/// processes that a test may kill.</summary>
internal static class ChildProgram
{
    /// <summary>Acts as the realm command that behaves.</summary>
    public const string Command = "--child-command";

    /// <summary>Acts as one that does not hear the word to stop.</summary>
    public const string Deaf = "--child-deaf";

    /// <summary>Acts as one that fails with a message.</summary>
    public const string Failing = "--child-failing";

    /// <summary>Acts as one that is killed by the system.</summary>
    public const string Killed = "--child-killed";

    /// <summary>Acts as one that hangs after its first step.</summary>
    public const string Hung = "--child-hung";

    /// <summary>Acts as one that measures NaN and infinities, in two stages.</summary>
    public const string NotANumber = "--child-nan";

    /// <summary>Acts as one of another release.</summary>
    public const string Foreign = "--child-foreign";

    /// <summary>Imports documents into a corpus until it is killed: folder, corpus, first number, count.</summary>
    public const string Writer = "--child-writer";

    /// <summary>Runs a host with jobs until it is killed: folder, and what acts as the realm command.</summary>
    public const string Site = "--child-site";

    /// <summary>Acts as one whose trainings make models and whose evaluations answer questions, see <see cref="Chains.ChainCommand"/>.</summary>
    public const string Chain = "--child-chain";

    public static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory, "RealmWeb.Jobs.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    public static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    // Before the test runner's own entry point.
    [ModuleInitializer]
    internal static void Enter()
    {
        var arguments = Environment.GetCommandLineArgs()[1..];
        if (arguments.Length > 0 && arguments[0].StartsWith("--child-", StringComparison.Ordinal))
            Environment.Exit(Run(arguments));
    }

    private static int Run(string[] arguments)
    {
        switch (arguments[0])
        {
            case Command:
                return Work(() => Console.In.ReadLine() is null or "cancel");
            case Deaf:
                return Work(() => false);
            case Chain:
                return Chains.ChainCommand.Run(arguments[1..], Say);
            case Failing:
                Say(new ChildLog("Reading the model", "info"));
                Console.Error.WriteLine("The model has NaN weights. Take another one.");
                return 1;
            case Killed:
                using (var self = Process.GetCurrentProcess())
                    self.Kill();
                return 0;
            case Hung:
                Say(new ChildProgress(1, 1000, "steps", "Working", 0, Loss(1)));
                Thread.Sleep(Timeout.Infinite);
                return 0;
            case NotANumber:
                Say(new ChildProgress(1, 2, "steps", "Retriever", 0, Loss(double.NaN)));
                Say(new ChildProgress(2, 2, "steps", "Retriever", 0, Loss(double.PositiveInfinity)));
                Say(new ChildProgress(1, 2, "steps", "Reader", 0, Loss(0.5)));
                Say(new ChildProgress(2, 2, "steps", "Reader", 0, Loss(double.NaN)));
                return 0;
            case Foreign:
                Console.Error.WriteLine($$"""{"type":"beat","protocol":{{ChildProtocol.Version + 1}}}""");
                Thread.Sleep(Timeout.Infinite);
                return 0;
            case Writer:
                Write(arguments[1], arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture), int.Parse(arguments[4], CultureInfo.InvariantCulture));
                return 0;
            case Site:
                ServeAsync(arguments[1], arguments.Length > 2 ? arguments[2] : Command).GetAwaiter().GetResult();
                return 0;
            default:
                return 2;
        }
    }

    // Works for as long as the file "go" is missing in the working directory, a step every 20 ms.
    private static int Work(Func<bool> stops)
    {
        var stop = false;
        new Thread(() =>
        {
            while (!stops())
            {
            }
            stop = true;
        }) { IsBackground = true }.Start();
        Say(new ChildLog(string.Join(' ', Environment.GetCommandLineArgs()[2..]), "info"));
        for (var done = 1; !File.Exists("go"); done++)
        {
            Say(new ChildProgress(done, 1000, "steps", "Working", 50, Loss(1.0 / done)));
            Thread.Sleep(20);
            if (stop)
                return 1;
        }
        Console.WriteLine("""{"generation":"g1"}""");
        return 0;
    }

    private static void Say(ChildMessage message) => Console.Error.WriteLine(ChildProtocol.Line(message));

    private static Dictionary<string, double> Loss(double loss) => new() { ["loss"] = loss };

    private static void Write(string folder, string corpus, int first, int count)
    {
        using var services = TempData.ServicesIn(folder);
        var store = services.GetRequiredService<CorpusLibrary>().OpenOrCreate(corpus);
        var session = store.BeginImport("writer");
        for (var i = session.Position is { } position ? int.Parse(position, CultureInfo.InvariantCulture) : first; i < first + count; i++)
        {
            var text = $"first line of {i}\nsecond line of {i}";
            session.Upsert($"doc-{i}", $"Title {i}", text, () => CorpusSamples.Lines($"Title {i}", text));
            if (session.PendingDocuments < 7)
                continue;
            session.Flush((i + 1).ToString(CultureInfo.InvariantCulture));
            Console.Out.WriteLine(i + 1);
        }
        session.Flush((first + count).ToString(CultureInfo.InvariantCulture));
        session.Complete();
    }

    private static async Task ServeAsync(string folder, string child)
    {
        await using var host = await JobsHost.StartAsync(folder, child: child);
        Console.Out.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }
}
