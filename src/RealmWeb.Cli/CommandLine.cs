using System.CommandLine;

namespace RealmWeb.Cli;

/// <summary>One place for exit codes: parses a command line, says what is wrong with it, or runs it.</summary>
internal static class CommandLine
{
    /// <summary>Exit code of bad usage.</summary>
    public const int BadUsage = 2;

    /// <summary>Runs one command line of a program.</summary>
    /// <returns>0 on success, 2 for bad usage, 1 for failure with one clear line on stderr.</returns>
    public static async Task<int> RunAsync(RootCommand program, string[] args)
    {
        var parsed = program.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        if (NamesNoVerb(parsed))
        {
            // Whoever gives no verb wants to know which there are.
            await program.Parse([.. args, "--help"]).InvokeAsync(new InvocationConfiguration { Output = Console.Error });
            return BadUsage;
        }
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync($"`{Path(parsed.CommandResult)} --help` lists what can be given.");
        return BadUsage;
    }

    private static bool NamesNoVerb(ParseResult parsed) =>
        parsed.CommandResult.Command is { Action: null, Subcommands.Count: > 0 } && parsed.Errors.Count == 1 && parsed.UnmatchedTokens.Count == 0;

    private static string Path(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : command.Command.Name;
}
