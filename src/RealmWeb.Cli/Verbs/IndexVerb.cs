using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm index …</c></summary>
internal static class IndexVerb
{
    // Passages whose vectors are compared with the model's own, and what counts as the same but for rounding.
    private const int Compared = 32;
    private const double Agrees = 0.98;

    public static Command Create()
    {
        var verb = new Command("index", "Build, take over and search the dense index of a corpus.");
        verb.Subcommands.Add(Build());
        verb.Subcommands.Add(Import());
        verb.Subcommands.Add(Search());
        return verb;
    }

    private static Option<VectorFormat> Vectors() =>
        new Option<VectorFormat>("--vectors")
        {
            Description = "float32, or 16 bits: bfloat16 or float16.",
            DefaultValueFactory = _ => VectorFormat.Float32,
        }.OneOf();

    private static Command Build()
    {
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var vectors = Vectors();
        var partitions = new Option<int?>(
            "--partitions") { Description =
            "Partitions for searches that settle for less than everything; 0 for none. By default a number that suits the count." };
        var shardsOnly = new Option<bool>("--shards-only")
        {
            Description = "Embed shards that another process, here or on another machine that shares the folder, puts together.",
        };
        var beside = new Option<bool>("--beside")
        {
            Description = "For a model that is not to answer yet: the index that answers stays, and its vectors are taken where the embedder is the same.",
        };
        var command = new Command("build", "Embed all passages and switch to the new generation. A build that was killed goes on where it was.")
        {
            corpus, model, vectors, partitions, shardsOnly, beside
        };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            var options = new GenerationOptions { Vectors = context.Parsed.GetValue(vectors), Partitions = context.Parsed.GetValue(partitions) };
            if (context.Parsed.GetValue(shardsOnly))
                return EmbedShards(context, store, context.Parsed.GetValue(model), options);
            if (context.Parsed.GetValue(beside))
                return BuildBeside(context, store, context.Parsed.GetValue(model));
            using var turn = store.LockIndex();
            var started = context.Time.GetTimestamp();
            var (generation, answers) = CorpusIndexes.BuildWanted(
                () => context.FindModel(context.Parsed.GetValue(model)), entry => (BuildAnswering(context, store, entry, options), entry.Name));
            var seconds = context.Time.GetElapsedTime(started).TotalSeconds;
            context.Print(
                new IndexBuildResult(generation, seconds, store.Info().Blocks, answers),
                [string.Create(CultureInfo.InvariantCulture, $"{generation} answers: {store.Info().Blocks} passages in {seconds:F1} s.")]);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static string BuildAnswering(VerbContext context, CorpusStore store, ModelEntry entry, GenerationOptions options)
    {
        using var loaded = RealmModel.Load(entry.Folder, context.StartTorch());
        var generation = IndexBuilder.Build(store.IndexRequest(loaded, entry.Name, options), context.Time, context.Progress, context.Cancelled);
        context.Store<ModelRegistry>().RecordEmbedder(entry, loaded.IndexVersion);
        return generation;
    }

    private static Task BuildBeside(VerbContext context, CorpusStore store, string? model)
    {
        var entry = context.FindModel(model);
        using var loaded = RealmModel.Load(entry.Folder, context.StartTorch());
        var started = context.Time.GetTimestamp();
        using var index = store.OpenOrBuildIndex(loaded, context.Time, context.Progress, context.Cancelled);
        context.Store<ModelRegistry>().RecordEmbedder(entry, loaded.IndexVersion);
        var seconds = context.Time.GetElapsedTime(started).TotalSeconds;
        context.Print(
            new IndexBuildResult(index.Generation, seconds, store.Info().Blocks, entry.Name),
            [string.Create(CultureInfo.InvariantCulture, $"{index.Generation} stands beside: {store.Info().Blocks} passages in {seconds:F1} s.")]);
        return Task.CompletedTask;
    }

    private static Task EmbedShards(VerbContext context, CorpusStore store, string? model, GenerationOptions options)
    {
        using var loaded = context.LoadModel(model);
        var whole = IndexBuilder.EmbedShards(store.IndexRequest(loaded, loaded.Name, options), context.Time, context.Progress, context.Cancelled);
        context.Print(
            new { whole, blocks = store.Info().Blocks },
            [whole ? "All shards are there; `realm index build` puts them together." : "Other processes are still at work on some shards."]);
        return Task.CompletedTask;
    }

    private static Command Import()
    {
        var source = new Argument<string>("PATH")
        {
            Description = "Folder or file of a published open-QA checkpoint with the tensor block_emb (model.safetensors or pytorch_model.bin).",
        };
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var vectors = Vectors();
        var command = new Command(
            "import", "Take over vectors of passages that were embedded elsewhere, instead of embedding them: the n-th vector is that of the n-th document.")
        {
            source, corpus, model, vectors
        };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            using var turn = store.LockIndex();
            var entry = context.FindModel(context.Parsed.GetValue(model));
            using var loaded = RealmModel.Load(entry.Folder, context.StartTorch());
            using var file = TensorFiles.Open(context.Parsed.GetValue(source)!);
            var request = store.IndexRequest(loaded, entry.Name, new GenerationOptions { Vectors = context.Parsed.GetValue(vectors) });
            var generation = IndexBuilder.BuildFromVectors(request, new GivenVectors(file), context.Time, context.Progress, context.Cancelled);
            using var index = IndexFolder.OpenCurrent(store.IndexFolder)!;
            var agreement = Agreement(index, request.Blocks, loaded, context.Cancelled);
            if (agreement < Agrees)
                context.Progress.Log(
                    "warning", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.Name} embeds these passages otherwise (mean cosine {agreement:F2}): documents that are added later would not fit them. Its "
                    + $"embedder of passages is another one, or the titles are missing."));
            context.Print(
                new { generation, blocks = store.Info().Blocks, model = entry.Name, agreement },
                [string.Create(CultureInfo.InvariantCulture,
                    $"{generation} answers: {store.Info().Blocks} passages, mean cosine {agreement:F3} to what {entry.Name} makes of them.")]);
            return Task.CompletedTask;
        }));
        return command;
    }

    // Mean cosine between stored vectors and the model's own, for some passages from all over the corpus.
    private static double Agreement(DenseBlockIndex index, IBlockStore blocks, RealmModel model, CancellationToken cancellationToken)
    {
        var rows = blocks.EnumerateRows().Where((_, i) => i % Math.Max(1, index.Count / Compared) == 0).Take(Compared).ToList();
        if (rows.Count == 0)
            return 1;
        var (stored, own) = (index.Vectors(rows), model.Encode([.. blocks.GetBlocks(rows).Select(block => block.Block)], cancellationToken));
        return Enumerable.Range(0, rows.Count)
            .Average(i => TensorPrimitives.CosineSimilarity(
            stored.AsSpan(i * index.Dimension, index.Dimension), own.AsSpan(i * index.Dimension, index.Dimension)));
    }

    private static Command Search()
    {
        var question = new Argument<string>("QUERY") { Description = "Words or a question." };
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var k = CorpusOptions.K();
        var retriever = CorpusOptions.Retriever();
        var recall = CorpusOptions.Recall();
        var command = new Command("search", "The passages that a question retrieves, without reading them.") { question, corpus, model, k, retriever, recall };
        command.SetAction(VerbContext.Run(async context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            using var index = store.OpenIndex(loaded);
            await using var session = AnsweringSession.Open(store, loaded, index, context.Time);
            var found = await session.Answerer.RetrieveAsync(
                context.Parsed.GetValue(question)!,
                    new AnswerOptions(context.Parsed.GetValue(k), context.Parsed.GetValue(retriever), context.Parsed.GetValue(recall)), context.Cancelled);
            var hits = found.Blocks.Select(
                (block, i) => new
                {
                    blockId = block.Block.Id,
                    block.Block.Title,
                    block.Block.Text,
                    score = found.Relevance[i],
                    dense = found.DenseScores[i],
                    lexical = found.LexicalScores[i],
                }).ToList();
            context.Print(
                new { generation = index?.Generation, hits },
                hits.Select((hit, i) => string.Create(
                    CultureInfo.InvariantCulture, $"{i + 1}. {Wording.Title(hit.Title)} ({hit.score:F2})\n   {Shorten(hit.Text)}")));
        }));
        return command;
    }

    private static string Shorten(string text) => text.Length <= 200 ? text.ReplaceLineEndings(" ") : text[..200].ReplaceLineEndings(" ") + "…";
}
