using System.CommandLine;
using RealmWeb.Cli;
using RealmWeb.Cli.Verbs;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab spans</c></summary>
internal static class SpansVerb
{
    private const int MostNames = 20;

    public static Command Create()
    {
        var corpus = CorpusOptions.Corpus();
        var to = new Option<string?>("--out") { Description = "File for what was learned of the corpus's capitals." };
        var names = new Option<string?>("--names") { Description = "Text file with further names to find, one a line." };
        var sample = new Option<int>("--sample") { Description = "Sentences to show, 0 to 1000.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Decides which sentences.", DefaultValueFactory = _ => 1 };
        sample.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 1000)
                result.AddError("--sample is a number from 0 to 1000.");
        });
        var command = new Command("spans", "Show the salient spans (names, dates, numbers) that pre-training hides in a corpus.")
        {
            corpus, to, names, sample, seed
        };
        command.SetAction(VerbContext.Run(context =>
        {
            var store = new CorpusBlockStore(context.Corpora.Open(context.Parsed.GetValue(corpus)!));
            var casing = TrueCasingTagger.Train(store.EnumerateBlocks().Select(block => block.Block.Text), context.Cancelled);
            var tagger = new CombinedTagger(
                [new DateAndNumberTagger(), casing, .. context.Parsed.GetValue(names) is { } list ? [GazetteerTagger.Load(list)]
                : Array.Empty<ISalientSpanTagger>()]);
            if (context.Parsed.GetValue(to) is { } file)
                casing.Save(file);
            var (sentences, spans, shown) = Survey(store, tagger, context.Parsed.GetValue(sample), context.Parsed.GetValue(seed), context.Cancelled);
            var commonest = casing.Statistics.Commonest(MostNames).Select(name => new { word = name.Word, large = name.Large, small = name.Small }).ToList();
            context.Print(
                new { words = casing.Statistics.Words, pairs = casing.Statistics.Pairs, sentences, spans, commonest, sample = shown },
                [$"{sentences} sentences with {spans} salient spans; capitals learned from {casing.Statistics.Words} words.",
                    $"Most often large: {string.Join(", ", commonest.Select(name => name.word))}", .. shown]);
            return Task.CompletedTask;
        }));
        return command;
    }

    // Counts all sentences and draws some of them: each stays in the sample with equal probability.
    private static (long Sentences, long Spans, List<string> Shown) Survey(
        CorpusBlockStore store, CombinedTagger tagger, int sample, int seed, CancellationToken cancelled)
    {
        var (sentences, spans, shown, random) = (0L, 0L, new List<string>(), SeededRandom.At(seed, 0));
        foreach (var block in store.EnumerateBlocks())
        {
            cancelled.ThrowIfCancellationRequested();
            foreach (var place in SentenceSplitter.Split(block.Block.Text))
            {
                var sentence = place.Of(block.Block.Text);
                var found = tagger.Tag(sentence);
                spans += found.Count;
                var slot = random.NextInt64(++sentences);
                if (shown.Count < sample)
                    shown.Add(Mark(sentence, found));
                else if (slot < sample)
                    shown[(int)slot] = Mark(sentence, found);
            }
        }
        return (sentences, spans, shown);
    }

    private static string Mark(string sentence, IReadOnlyList<TextSpan> spans)
    {
        foreach (var span in spans.Reverse())
            sentence = $"{sentence[..span.Start]}[{span.Of(sentence)}]{sentence[span.End..]}";
        return sentence.ReplaceLineEndings(" ");
    }
}
