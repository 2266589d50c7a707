using System.CommandLine;
using RealmWeb.Cli.Verbs;

namespace RealmWeb.Cli;

/// <summary>The <c>realm</c> command: a verb a file, one place for options that all verbs share and for exit codes.</summary>
public static class RealmCommand
{
    /// <summary>Exit code of bad usage.</summary>
    public const int BadUsage = 2;

    /// <summary>Runs one command line.</summary>
    /// <returns>0 on success, 2 for bad usage, 1 for failure with one clear line on stderr.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Add --help for what can be said here.");
            return BadUsage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>All verbs with their options.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("RealmWeb: answers questions from your own documents. Everything the site can do, for scripts and GPU boxes.");
        root.Options.Add(SharedOptions.DataDir);
        root.Options.Add(SharedOptions.Json);
        root.Options.Add(SharedOptions.Progress);
        root.Options.Add(SharedOptions.Device);
        root.Options.Add(SharedOptions.Threads);
        root.Options.Add(SharedOptions.Run);
        root.Subcommands.Add(ImportVerb.Create());
        root.Subcommands.Add(CorporaVerb.Create());
        root.Subcommands.Add(DocumentsVerb.Create());
        root.Subcommands.Add(IndexVerb.Create());
        root.Subcommands.Add(AskVerb.Create());
        root.Subcommands.Add(IctVerb.Create());
        root.Subcommands.Add(SpansVerb.Create());
        root.Subcommands.Add(PreTrainVerb.Create());
        root.Subcommands.Add(FineTuneVerb.Create());
        root.Subcommands.Add(EvaluateVerb.Create());
        root.Subcommands.Add(CompareVerb.Create());
        root.Subcommands.Add(PlotVerb.Create());
        root.Subcommands.Add(CalibrateVerb.Create());
        root.Subcommands.Add(MixtureVerb.Create());
        root.Subcommands.Add(AblateVerb.Create());
        root.Subcommands.Add(ModelVerb.Create());
        root.Subcommands.Add(UsersVerb.Create());
        root.Subcommands.Add(BenchVerb.Create());
        return root;
    }
}
