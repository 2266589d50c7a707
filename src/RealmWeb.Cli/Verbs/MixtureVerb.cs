using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm mixture</c></summary>
internal static class MixtureVerb
{
    public static Command Create()
    {
        var run = new FittingOptions("mixture");
        var command = new Command("mixture", "Fit how dense and lexical scores are weighed against each other, on questions that the corpus answers.");
        run.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var fitting = run.Begin(context);
            var asked = fitting.Questions.Where(question => !question.IsImpossible).ToList();
            using var loaded = RealmModel.Load(fitting.From, context.StartTorch());
            using var index = fitting.Store.OpenOrBuildIndex(loaded, context.Time, context.Progress, context.Cancelled);
            await using var session = AnsweringSession.Open(fitting.Store, loaded, index, context.Time);
            loaded.Calibrate(loaded.Answering with { Mixture = null });
            var before = await Evaluator.RetrieveAsync(session.Answerer, asked, RetrieverKind.Hybrid, context.Time, context.Progress, context.Cancelled);
            var candidates = new List<IReadOnlyList<MixtureFit.Candidate>>();
            foreach (var question in asked)
            {
                var both = await session.Answerer.RetrieveBothAsync(question.Question, context.Cancelled);
                var documents = session.Answerer.DocumentsOf([.. both.Select(candidate => candidate.Block)]);
                candidates.Add([.. both.Select((candidate, i) => new MixtureFit.Candidate(
                    candidate.Dense, candidate.Lexical, GoldPassages.Answers(question, candidate.Block.Block, documents[i])))]);
            }
            var mixture = MixtureFit.Fit(candidates);
            loaded.Calibrate(loaded.Answering with { Mixture = mixture });
            var after = await Evaluator.RetrieveAsync(session.Answerer, asked, RetrieverKind.Hybrid, context.Time, context.Progress, context.Cancelled);
            fitting.Save(context, loaded);
            double Recall(IReadOnlyList<QuestionOutcome> outcomes, int k) => outcomes.Average(outcome => outcome.GoldRank <= k ? 1.0 : 0);
            context.Print(
                new
                {
                    model = fitting.Name, mixture, n = asked.Count,
                    rankFusion = new { recallAt1 = Recall(before, 1), recallAt5 = Recall(before, 5), recallAt20 = Recall(before, 20) },
                    fitted = new { recallAt1 = Recall(after, 1), recallAt5 = Recall(after, 5), recallAt20 = Recall(after, 20) },
                },
                [
                    string.Create(CultureInfo.InvariantCulture,
                        $"{fitting.Name}: {mixture.Dense:G4} · inner product + {mixture.Lexical:G4} · BM25, fitted on {asked.Count} questions"),
                    string.Create(CultureInfo.InvariantCulture,
                        $"recall@1/5/20 on these questions: merged by rank {Recall(before, 1):P1}, {Recall(before, 5):P1}, {Recall(before, 20):P1}; mixture "
                        + $"{Recall(after, 1):P1}, {Recall(after, 5):P1}, {Recall(after, 20):P1}"),
                ]);
        }));
        return command;
    }
}
