using System.CommandLine;
using RealmWeb.Cli.Verbs;

namespace RealmWeb.Cli;

/// <summary>The <c>realm</c> command: a verb a file, in groups.</summary>
public static class RealmCommand
{
    /// <summary>Runs one command line.</summary>
    /// <returns>0 on success, 2 for bad usage, 1 for failure with one clear line on stderr.</returns>
    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Create(), args);

    /// <summary>All verbs with their options.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "RealmWeb answers questions from your own documents. This program does all that the site does, for scripts and for machines with a GPU.");
        SharedOptions.AddTo(root);
        GroupedHelp.AddTo(root,
        [
            new("Documents", ImportVerb.Create(), CorporaVerb.Create(), DocumentsVerb.Create()),
            new("Index", IndexVerb.Create()),
            new("Asking and measuring", AskVerb.Create(), EvaluateVerb.Create(), CompareVerb.Create()),
            new("Models", ModelVerb.Create(), CalibrateVerb.Create(), MixtureVerb.Create()),
            new("Training", FineTuneVerb.Create(), AdaptVerb.Create(), IctVerb.Create(), PreTrainVerb.Create()),
            new("Administration", UsersVerb.Create(), BenchVerb.Create()),
        ]);
        return root;
    }
}
