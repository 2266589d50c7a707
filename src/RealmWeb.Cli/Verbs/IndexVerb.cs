using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm index …</c></summary>
internal static class IndexVerb
{
    public static Command Create()
    {
        var verb = new Command("index", "Build and search the dense index of a corpus.");
        verb.Subcommands.Add(Build());
        verb.Subcommands.Add(Search());
        return verb;
    }

    private static Command Build()
    {
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var command = new Command("build", "Embed all passages and switch to the new generation. A build that was killed goes on where it was.") { corpus, model };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = CorpusOptions.Corpora(context).Open(context.Parsed.GetValue(corpus)!);
            using var turn = store.TryLockIndex()
                ?? throw new InvalidOperationException($"Another process builds the index of \"{store.Name}\". Wait for it, or cancel it.");
            var entry = CorpusOptions.FindModel(context, context.Parsed.GetValue(model));
            using var loaded = RealmModel.Load(entry.Folder, context.StartTorch());
            var started = context.Time.GetTimestamp();
            var generation = IndexBuilder.Build(
                store.IndexFolder, new CorpusBlockStore(store), store.Info().Version, loaded, entry.Name, context.Time, context.Progress, context.Cancelled);
            var seconds = context.Time.GetElapsedTime(started).TotalSeconds;
            context.Print(
                new { generation, seconds, blocks = store.Info().Blocks, model = entry.Name },
                [string.Create(CultureInfo.InvariantCulture, $"{generation} answers: {store.Info().Blocks} passages in {seconds:F1} s.")]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Search()
    {
        var question = new Argument<string>("QUERY") { Description = "Words or a question." };
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var k = CorpusOptions.K();
        var retriever = CorpusOptions.Retriever();
        var command = new Command("search", "The passages that a question retrieves, without reading them.") { question, corpus, model, k, retriever };
        command.SetAction(VerbContext.Run(async context =>
        {
            var store = CorpusOptions.Corpora(context).Open(context.Parsed.GetValue(corpus)!);
            using var loaded = RealmModel.Load(CorpusOptions.FindModel(context, context.Parsed.GetValue(model)).Folder, context.StartTorch());
            using var index = CorpusOptions.OpenIndex(store, loaded);
            await using var server = new ModelServer(loaded);
            var found = await CorpusOptions.Answerer(context, server, store, index).RetrieveAsync(
                context.Parsed.GetValue(question)!, new AnswerOptions(context.Parsed.GetValue(k), context.Parsed.GetValue(retriever)), context.Cancelled);
            var hits = found.Blocks.Select((block, i) => new { blockId = block.Block.Id, block.Block.Title, block.Block.Text, score = found.Relevance[i], dense = found.DenseScores[i], lexical = found.LexicalScores[i] }).ToList();
            context.Print(
                new { generation = index?.Generation, hits },
                hits.Select((hit, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {hit.Title} ({hit.score:F2})\n   {Shorten(hit.Text)}")));
        }));
        return command;
    }

    private static string Shorten(string text) => text.Length <= 200 ? text.ReplaceLineEndings(" ") : text[..200].ReplaceLineEndings(" ") + "…";
}
