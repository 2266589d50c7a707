using System.CommandLine;
using System.Globalization;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm ask</c></summary>
internal static class AskVerb
{
    public static Command Create()
    {
        var question = new Argument<string>("QUESTION") { Description = "A question in plain words." };
        question.Validators.Add(result =>
        {
            if (result.Tokens.All(token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError("The question is empty. Type a question.");
        });
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var k = CorpusOptions.K();
        var retriever = CorpusOptions.Retriever();
        var precision = CorpusOptions.Precision();
        var command = new Command("ask", "Answer a question and show the passages that prove it.") { question, corpus, model, k, retriever, precision };
        command.SetAction(VerbContext.Run(async context =>
        {
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            using var index = OpenIndex(context, store, loaded, context.Parsed.GetValue(retriever));
            if (index is null && context.Parsed.GetValue(retriever) == RetrieverKind.Hybrid)
                context.Progress.Log(
                    "warning", $"The corpus has no index of model {loaded.Name}; only the lexical retriever is used. Run `realm index build --corpus "
                    + $"{store.Info().Name}`.");
            await using var session = AnsweringSession.Open(store, loaded, index, context.Time, precision: context.Parsed.GetValue(precision));
            var result = await session.Answerer.AnswerAsync(
                context.Parsed.GetValue(question)!, new AnswerOptions(context.Parsed.GetValue(k), context.Parsed.GetValue(retriever)), null, context.Cancelled);
            var places = AnswerMapping.Passages(result.Evidence, store.Documents);
            context.Print(
                new
                {
                    result.Answer, result.Confidence, result.Calibrated, result.NoAnswer, result.NullMass,
                    candidates = result.Candidates,
                    evidence = result.Evidence.Zip(places, (item, place) => new
                    {
                        blockId = item.Block.Block.Id, item.Block.Block.Title, item.Block.Block.Text, start = item.Span?.Start, end = item.Span?.End,
                        item.RetrievalScore, item.RetrievalProbability, item.ReaderProbability, item.Share, item.Agrees,
                        place.Page, place.Heading,
                    }),
                    timingsMs = new
                    {
                        encode = result.Timings.Encode.TotalMilliseconds,
                        search = result.Timings.Search.TotalMilliseconds,
                        read = result.Timings.Read.TotalMilliseconds,
                        total = result.Timings.Total.TotalMilliseconds,
                    },
                    model = loaded.Name, result.Generation,
                },
                Lines(result, places));
        }));
        return command;
    }

    // Where vectors cannot answer, terms do.
    private static DenseBlockIndex? OpenIndex(VerbContext context, CorpusStore store, RealmModel model, RetrieverKind retriever)
    {
        try
        {
            return store.OpenIndex(model);
        }
        catch (IndexException damage) when (retriever != RetrieverKind.Dense)
        {
            context.Progress.Log("warning", damage.Message);
            return null;
        }
    }

    private static IEnumerable<string> Lines(AnswerResult result, IReadOnlyList<EvidencePassage> places)
    {
        var culture = CultureInfo.InvariantCulture;
        if (result.Answer is { } answer)
        {
            yield return string.Create(culture, $"{answer}   ({(result.Calibrated ? "confidence" : "score")} {result.Confidence:F2})");
            var agreeing = result.Evidence.Where(item => item.Agrees).Select(item => Wording.Title(item.Block.Block.Title)).ToList();
            if (agreeing.Count > 1)
            {
                // What is hardly relevant was not read, and neither agrees nor disagrees.
                var read = result.Evidence.Count(item => item.Share is not null);
                yield return $"{agreeing.Count} of {read} passages agree: {string.Join(", ", agreeing.Distinct())}";
            }
        }
        else
        {
            var nearest = result.Evidence.Count > 0 ? "Nearest passages:" : "No passage is near.";
            yield return string.Create(culture, $"No answer in these documents (no answer: {result.NullMass:F2}). {nearest}");
        }
        foreach (var (item, i) in result.Evidence.Select((item, i) => (item, i)))
        {
            var text = item.Block.Block.Text;
            var marked = result.Answer is not null && item.Span is { } span
                ? $"{Before(text, span.Start)}[{text[span.Start..span.End]}]{After(text, span.End)}"
                : After(text, 0);
            var place = places[i].Page is { } page ? string.Create(culture, $", p. {page}") : places[i].Heading is { } heading ? $", {heading}" : "";
            yield return string.Create(culture, $"{i + 1}. {Wording.Title(item.Block.Block.Title)}{place}: {marked}");
            if (item.Share is { } share)
                yield return string.Create(culture, $"   p(z|x) {item.RetrievalProbability:F3} · p(y|z,x) {item.ReaderProbability:F3} = {share:F3}");
        }
    }

    private static string Before(string text, int end)
    {
        var start = Math.Max(0, end - 80);
        return (start > 0 ? "…" : "") + text[start..end].ReplaceLineEndings(" ");
    }

    private static string After(string text, int start)
    {
        var end = Math.Min(text.Length, start + 80);
        return text[start..end].ReplaceLineEndings(" ") + (end < text.Length ? "…" : "");
    }
}
