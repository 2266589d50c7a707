using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RealmWeb.Cli;

/// <summary>The help of the whole program: its verbs by group. A verb's own help is the usual one.</summary>
internal sealed class GroupedHelp(IReadOnlyList<VerbGroup> groups, SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    private const int Column = 14;
    private const int Width = 110;

    /// <summary>Adds the verbs to a program and lets its help list them.</summary>
    public static void AddTo(RootCommand program, IReadOnlyList<VerbGroup> groups)
    {
        foreach (var verb in groups.SelectMany(group => group.Verbs))
            program.Subcommands.Add(verb);
        var help = program.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp(groups, (SynchronousCommandLineAction)help.Action!);
    }

    // Whoever asks for help may leave out what is required.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand program)
            return usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(program.Description);
        output.WriteLine();
        output.WriteLine($"Usage: {program.Name} VERB [options]     `{program.Name} VERB --help` tells more of a verb.");
        foreach (var group in groups)
            Write(output, group.Title, group.Verbs.Where(verb => !verb.Hidden).Select(verb => (verb.Name, verb.Description ?? "")));
        Write(output, "Options of every verb", program.Options.Where(option => !option.Hidden).Select(option => (option.Name, option.Description ?? "")));
        return 0;
    }

    private static void Write(TextWriter output, string title, IEnumerable<(string Name, string Description)> entries)
    {
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (var (name, description) in entries)
        {
            var lines = Wrap(description, Width - Column - 2).ToList();
            output.WriteLine($"  {name.PadRight(Column)}{lines[0]}");
            foreach (var line in lines.Skip(1))
                output.WriteLine(new string(' ', Column + 2) + line);
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width && text.LastIndexOf(' ', width) is > 0 and var at)
        {
            yield return text[..at];
            text = text[(at + 1)..];
        }
        yield return text;
    }
}
