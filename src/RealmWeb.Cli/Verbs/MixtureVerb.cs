using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm mixture</c></summary>
internal static class MixtureVerb
{
    public static Command Create()
    {
        var run = new FittingOptions("mixture");
        var command = new Command("mixture", "Fit how dense and lexical scores are weighed against each other, on questions that the corpus answers.");
        var rarity = new Option<double>("--rarity")
        {
            Description = "What the greatest BM25 of any passage counts for all of them beside \"no answer\": it orders none, so it is not fitted.",
        }.Between(0, 10);
        command.Add(rarity);
        run.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var fitting = run.Begin(context);
            List<AskedCorpus> sets = [.. fitting.Asked.Select(asked => asked.Answerable())];
            using var loaded = RealmModel.Load(fitting.From, context.StartTorch());
            var unweighed = loaded.WithoutMixture();
            var before = new List<QuestionOutcome>();
            var candidates = new List<IReadOnlyList<IReadOnlyList<MixtureFit.Candidate>>>();
            foreach (var set in sets)
            {
                await set.WithAnswererAsync(context, unweighed, RetrieverKind.Hybrid, async answerer =>
                {
                    before.AddRange(await RetrieveAsync(context, answerer, set));
                    candidates.Add(await CandidatesAsync(context, answerer, set));
                });
            }
            var mixture = MixtureFit.Fit(candidates) with { Rarity = context.Parsed.GetValue(rarity) };
            var fitted = loaded.WithAnswering(loaded.Answering with
            {
                Mixture = mixture, ReadingMargin = loaded.Answering.ReadingMargin ?? AnsweringDefaults.HardlyRelevant,
            });
            var after = new List<QuestionOutcome>();
            foreach (var set in sets)
                await set.WithAnswererAsync(
                    context, fitted, RetrieverKind.Hybrid, async answerer => after.AddRange(await RetrieveAsync(context, answerer, set)));
            fitting.Save(context, fitted);
            double Recall(IReadOnlyList<QuestionOutcome> outcomes, int k) => outcomes.Average(outcome => outcome.GoldRank <= k ? 1.0 : 0);
            context.Print(
                new
                {
                    model = fitting.Name, mixture, n = before.Count,
                    rankFusion = new { recallAt1 = Recall(before, 1), recallAt5 = Recall(before, 5), recallAt20 = Recall(before, 20) },
                    fitted = new { recallAt1 = Recall(after, 1), recallAt5 = Recall(after, 5), recallAt20 = Recall(after, 20) },
                },
                [
                    string.Create(CultureInfo.InvariantCulture,
                        $"{fitting.Name}: {mixture.Dense:G4} · inner product + {mixture.Excess:G4} · excess + exp(-{mixture.Fading:G4} · (best - "
                        + $"{mixture.Typical:G4})) · ({mixture.Lexical:G4} · BM25 + {mixture.Terms!.Sentence:G4} · sentence + {mixture.Terms.Near:G4} · near"
                        + $" + {mixture.Terms.Passage:G4} · passage), "
                        + $"fitted on {before.Count} questions"),
                    string.Create(CultureInfo.InvariantCulture,
                        $"recall@1/5/20 on these questions: merged by rank {Recall(before, 1):P1}, {Recall(before, 5):P1}, {Recall(before, 20):P1}; mixture "
                        + $"{Recall(after, 1):P1}, {Recall(after, 5):P1}, {Recall(after, 20):P1}"),
                ]);
        }));
        return command;
    }

    private static Task<IReadOnlyList<QuestionOutcome>> RetrieveAsync(VerbContext context, QuestionAnswerer answerer, AskedCorpus set) =>
        Evaluator.RetrieveAsync(answerer, set.Questions, RetrieverKind.Hybrid, context.Time, context.Progress, context.Cancelled);

    private static async Task<IReadOnlyList<IReadOnlyList<MixtureFit.Candidate>>> CandidatesAsync(
        VerbContext context, QuestionAnswerer answerer, AskedCorpus set)
    {
        var candidates = new List<IReadOnlyList<MixtureFit.Candidate>>();
        foreach (var question in set.Questions)
        {
            var both = await answerer.RetrieveBothAsync(question.Question, context.Cancelled);
            var documents = answerer.DocumentsOf([.. both.Select(candidate => candidate.Block)]);
            candidates.Add([.. both.Select((candidate, i) => new MixtureFit.Candidate(
                candidate.Dense, candidate.Lexical, GoldPassages.Answers(question, candidate.Block.Block, documents[i]),
                candidate.Match, candidate.Excess))]);
        }
        return candidates;
    }
}
