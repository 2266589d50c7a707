using System.CommandLine;
using RealmWeb.Cli;
using RealmWeb.Lab.Verbs;

namespace RealmWeb.Lab;

/// <summary>The <c>realm-lab</c> command: experiments and comparisons for whoever works on the method, over the same data folder as <c>realm</c>.</summary>
public static class LabCommand
{
    /// <summary>Runs one command line.</summary>
    /// <returns>As <see cref="RealmCommand.RunAsync"/>.</returns>
    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Create(), args);

    /// <summary>All verbs with their options.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("The laboratory of RealmWeb: ablations, curves and comparisons with other programs, on the data folder of `realm`.");
        SharedOptions.AddTo(root);
        root.Subcommands.Add(AblateVerb.Create());
        root.Subcommands.Add(CurvesVerb.Create());
        root.Subcommands.Add(SpansVerb.Create());
        root.Subcommands.Add(EvidenceVerb.Create());
        root.Subcommands.Add(CandidatesVerb.Create());
        root.Subcommands.Add(SentencesVerb.Create());
        root.Subcommands.Add(Bench());
        return root;
    }

    private static Command Bench()
    {
        var verb = new Command("bench", "The benchmarks of docs/performance.md that compare with other programs or need no corpus.");
        verb.Subcommands.Add(BenchIndexVerb.Create());
        verb.Subcommands.Add(BenchRefreshVerb.Create());
        verb.Subcommands.Add(BenchTrainVerb.Create());
        verb.Subcommands.Add(BenchFormatsVerb.Create());
        return verb;
    }
}
