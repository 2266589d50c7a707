using System.CommandLine;
using System.Globalization;
using RealmWeb.Cli;
using RealmWeb.Engine.Training;
using RealmWeb.Lab.Ablation;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab ablate</c></summary>
internal static class AblateVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "JSON file with corpus, start, budgets and question files.", Required = true };
        var output = new Option<string>(
            "--out") { Description = "Folder for the table and for every result; a run that was killed goes on from what is there.", Required = true };
        var rows = new Option<string[]>("--rows")
        {
            Description = "Rows to run, instead of those of the configuration.",
            AllowMultipleArgumentsPerToken = true,
        };
        var seed = new Option<int>("--seed") { Description = "Seed of every stage.", DefaultValueFactory = _ => 1 };
        var command = new Command("ablate", "Pre-train, fine-tune and measure the rows of the paper's table of ablations.") { config, output, rows, seed };
        command.SetAction(VerbContext.Run(async context =>
        {
            var file = context.Parsed.GetValue(config)!;
            var folder = Path.GetFullPath(context.Parsed.GetValue(output)!);
            var options = SettingsFile.Read<AblationOptions>(file);
            if (context.Parsed.GetValue(rows) is { Length: > 0 } named)
                options = options with { Rows = named };
            var run = new AblationRun(
                options, Path.GetDirectoryName(Path.GetFullPath(file))!, folder,
                [
                    "--data-dir", context.Paths.Root, "--device", context.Parsed.GetValue(SharedOptions.Device)!,
                    "--threads", context.Parsed.GetValue(SharedOptions.Threads).ToString(CultureInfo.InvariantCulture),
                    "--progress", context.Parsed.GetValue(SharedOptions.Progress) == ProgressKind.None ? "none" : "bar",
                ],
                context.Parsed.GetValue(seed),
                line => context.Progress.Log("info", line), context.Cancelled);
            var measures = await run.RunAsync();
            var table = AblationRun.Table(measures);
            // Some rows do not replace the table of all.
            var to = Path.Combine(folder, options.Rows.Count == 0 ? "table.md" : $"table.{string.Join('+', options.Rows)}.md");
            await File.WriteAllTextAsync(to, $"{table}```\n{string.Join('\n', run.Commands)}\n```\n", context.Cancelled);
            context.Print(new { rows = measures, commands = run.Commands, table = to }, [table, $"Written to {to}."]);
        }));
        return command;
    }
}
