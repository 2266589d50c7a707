using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora.Duplicates;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm corpora …</c></summary>
internal static class CorporaVerb
{
    public static Command Create()
    {
        var verb = new Command("corpora", "List, show and delete corpora.");
        verb.Subcommands.Add(List());
        verb.Subcommands.Add(Show());
        verb.Subcommands.Add(Duplicates());
        verb.Subcommands.Add(Delete());
        return verb;
    }

    private static Command List()
    {
        var command = new Command("list", "All corpora.");
        command.SetAction(VerbContext.Run(context =>
        {
            var all = context.Corpora.Conditions();
            context.Print(
                new
                {
                    corpora = all.Select(condition => condition.Info).OfType<CorpusInfo>(),
                    damaged = all.Where(condition => condition.Damage is not null).Select(condition => new { condition.Name, condition.Damage }),
                },
                all.Count == 0 ? ["No corpus yet. Make one with `realm import PATH --corpus NAME`."] : all.Select(Line));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static string Line(CorpusCondition condition) => condition.Info is { } info
        ? $"{info.Name}\t{Wording.Count(info.Documents, "document")}\t{Wording.Count(info.Blocks, "passage")}\t{info.Title}"
        : $"{condition.Name}\tdamaged: {condition.Damage}";

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the corpus." };
        var command = new Command("show", "One corpus with its index.") { name };
        command.SetAction(VerbContext.Run(context =>
        {
            var corpus = context.Corpora.Open(context.Parsed.GetValue(name)!);
            var (info, generation) = (corpus.Info(), IndexFolder.Current(corpus.IndexFolder));
            var manifest = generation is null ? null : GenerationManifest.Read(Path.Combine(corpus.IndexFolder, generation));
            context.Print(
                new { info.Name, info.Title, info.Documents, info.Blocks, info.Version, info.BlockPieces, info.ChangedAt, index = manifest is null ? null
                    : new { generation, manifest.Model, count = manifest.BlockCount, stale = manifest.CorpusVersion != info.Version } },
                [$"{info.Name} ({info.Title})",
                    $"{info.Documents} documents, {info.Blocks} passages of at most {info.BlockPieces} pieces, version {info.Version}",
                    manifest is null ? "no index: build one with `realm index build`"
                        : $"index {generation} of model {manifest.Model}, {manifest.BlockCount} "
                        + $"passages{(manifest.CorpusVersion == info.Version ? "" : ", older than the corpus")}"]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Duplicates()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the corpus." };
        var threshold = new Option<double>("--threshold")
        {
            Description = "Similarity from which documents are nearly the same, 0.5 to 1; 1 for the same texts alone.",
            DefaultValueFactory = _ => DuplicateFinder.DefaultThreshold,
        };
        threshold.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= DuplicateFinder.LeastThreshold and <= 1))
                result.AddError($"--threshold must be a number from {DuplicateFinder.LeastThreshold.ToString(CultureInfo.InvariantCulture)} to 1.");
        });
        var command = new Command("duplicates", "Documents with the same or nearly the same text.") { name, threshold };
        command.SetAction(VerbContext.Run(context =>
        {
            var least = context.Parsed.GetValue(threshold);
            var corpus = context.Corpora.Open(context.Parsed.GetValue(name)!);
            var started = context.Time.GetTimestamp();
            var report = DuplicateReports.Of(corpus, least, int.MaxValue, (done, total) => context.Progress.Report(new OperationProgress(
                "Comparing", done, Math.Max(1, total), "documents",
                done / Math.Max(1e-3, context.Time.GetElapsedTime(started).TotalSeconds))), context.Cancelled);
            var seconds = context.Time.GetElapsedTime(started).TotalSeconds;
            context.Print(
                new { report.Corpus, report.Documents, report.Threshold, seconds, groups = report.Sets },
                report.Sets.Count == 0 ? [$"None of {Wording.Count(report.Documents, "document")} says what another says."] : report.Sets.SelectMany(Lines));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<string> Lines(DuplicateSet set) =>
    [
        set.IsExact ? $"{set.Documents.Count} documents with the same text" : $"{set.Documents.Count} documents with nearly the same text",
        .. set.Documents.Select(document => string.Create(CultureInfo.InvariantCulture,
            $"  {(document.IsSame ? "same" : $"{document.Similarity:0.00}")}\t{document.Source}\t{document.Title}")),
    ];

    private static Command Delete()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the corpus." };
        var command = new Command("delete", "Remove a corpus with its documents and index. There is no way back.") { name };
        command.SetAction(VerbContext.Run(async context =>
        {
            var corpus = context.Parsed.GetValue(name)!;
            context.Corpora.Open(corpus);
            context.Corpora.Delete(corpus);
            await context.Store<CorpusRecords>().ForgetAsync(corpus);
            context.Print(new { deleted = corpus }, [$"Deleted {corpus}."]);
        }));
        return command;
    }
}
