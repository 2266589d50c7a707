using System.Text.Json;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Commands;
using RealmWeb.Jobs.QuestionSets;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Evaluation;

/// <summary>What an evaluation measures.</summary>
/// <param name="QuestionSet">Name of the set to ask.</param>
/// <param name="Model">Model to measure; empty for the one in production.</param>
/// <param name="Limit">At most so many questions, evenly spread; 0 for all.</param>
public sealed record EvaluationParameters(
    string Corpus, string QuestionSet, string Model = "", Retriever Retriever = Retriever.Hybrid, int Limit = 0) : IRunParameters
{
    RunKind IRunParameters.Kind => RunKind.Evaluate;
}

/// <summary>Asks the questions of a set and measures the answers.</summary>
internal sealed class EvaluationWork(ChildCommand command, CorpusLibrary corpora, ModelLibrary models, QuestionSetLibrary questionSets)
    : CommandWork(command)
{
    public override RunKind Kind => RunKind.Evaluate;

    public override Task<RunPlan> PlanAsync(IRunParameters parameters, CancellationToken cancellationToken)
    {
        var evaluation = parameters.As<EvaluationParameters>();
        ArgumentOutOfRangeException.ThrowIfNegative(evaluation.Limit, nameof(parameters));
        questionSets.Get(evaluation.QuestionSet);
        corpora.RequirePassages(evaluation.Corpus);
        evaluation = evaluation with { Model = models.Pin(evaluation.Model) };
        return Task.FromResult(new RunPlan(evaluation, evaluation.Model, ExclusiveKeys.Machine));
    }

    public override IReadOnlyList<string> QuestionSetsOf(Run run) => [RunParameters.Of<EvaluationParameters>(run).QuestionSet];

    public override IReadOnlyList<string> ArgumentsOf(Run run)
    {
        var evaluation = RunParameters.Of<EvaluationParameters>(run);
        return
        [
            "evaluate", "--corpus", evaluation.Corpus, "--data", questionSets.RequireFile(evaluation.QuestionSet), .. Option("--model", evaluation.Model),
            "--retriever", evaluation.Retriever.ToString(), .. Option("--limit", evaluation.Limit),
        ];
    }

    protected override IReadOnlyDictionary<string, double>? FiguresOf(string resultJson)
    {
        try
        {
            return ChildProtocol.ReadResult<EvaluationResult>(resultJson).Figures();
        }
        catch (JsonException unreadable)
        {
            throw new RunFailedException($"The realm program printed no result of an evaluation: {unreadable.Message}");
        }
    }
}
