using System.CommandLine;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm corpora …</c></summary>
internal static class CorporaVerb
{
    public static Command Create()
    {
        var verb = new Command("corpora", "List, show and delete corpora.");
        verb.Subcommands.Add(List());
        verb.Subcommands.Add(Show());
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
                    : new { generation, manifest.Model, manifest.Count, stale = manifest.CorpusVersion != info.Version } },
                [$"{info.Name} ({info.Title})",
                    $"{info.Documents} documents, {info.Blocks} passages of at most {info.BlockPieces} pieces, version {info.Version}",
                    manifest is null ? "no index: build one with `realm index build`"
                        : $"index {generation} of model {manifest.Model}, {manifest.Count} "
                        + $"passages{(manifest.CorpusVersion == info.Version ? "" : ", older than the corpus")}"]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Delete()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the corpus." };
        var command = new Command("delete", "Remove a corpus with its documents and index. There is no way back.") { name };
        command.SetAction(VerbContext.Run(async context =>
        {
            context.Corpora.Open(context.Parsed.GetValue(name)!);
            context.Corpora.Delete(context.Parsed.GetValue(name)!);
            await context.Store<CorpusGrantStore>().ForgetAsync(context.Parsed.GetValue(name)!);
            context.Print(new { deleted = context.Parsed.GetValue(name) }, [$"Deleted {context.Parsed.GetValue(name)}."]);
        }));
        return command;
    }
}
