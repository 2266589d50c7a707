using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data;
using RealmWeb.Data.Access;
using RealmWeb.Data.Evaluations;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Evaluation;

namespace RealmWeb.Server.Evaluations;

/// <summary>Evaluations question by question, one alone or two beside each other, of the corpora that whoever reads them may curate: others are as
/// if they were not there.</summary>
internal sealed class EvaluationReports(EvaluationStore evaluations, RecentOutcomes recent, RealmPaths paths)
{
    /// <summary>The newest first.</summary>
    /// <param name="run">Only what this run measured; null for all.</param>
    public IReadOnlyList<EvaluationSummary> List(CorpusScope scope, Guid? run, int take) =>
        [.. evaluations.List(scope, run, take).Select(found => SummaryOf(found.Evaluation, found.Model))];

    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    public EvaluationView View(CorpusScope scope, long id)
    {
        var (summary, outcomes) = Read(scope, id);
        var calibration = CalibrationReport.Of(outcomes);
        return new EvaluationView(
            summary, [.. Shown.Select(measure => measure.Interval(outcomes)).OfType<MeasuredValue>()
                .Select(value => new MeasuredFigure(value.Measure, value.Questions, value.Value, value.Low, value.High))],
            new Reliability(calibration.Questions, calibration.ExpectedCalibrationError, [.. calibration.Bins.Select(PointOf)]),
            new OutcomeCounts(
                outcomes.Count, Count(OutcomeKind.Right), Count(OutcomeKind.Wrong), Count(OutcomeKind.Refused), Count(OutcomeKind.Missed)));

        int Count(OutcomeKind kind) => outcomes.Count(outcome => OutcomeSelection.Is(outcome, kind));
    }

    /// <summary>A page of the questions that a selection takes, in the order of the set.</summary>
    /// <param name="page">From 1.</param>
    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    public EvaluatedQuestionPage Questions(CorpusScope scope, long id, OutcomeSelection selection, int page, int pageSize)
    {
        var taken = Read(scope, id).Outcomes.Index().Where(question => selection.Takes(question.Item)).ToList();
        return new EvaluatedQuestionPage(
            [.. taken.Skip((page - 1) * pageSize).Take(pageSize).Select(question => QuestionOf(question.Index + 1, question.Item))], taken.Count, page,
            pageSize);
    }

    /// <summary>What the model read for a question; null when there is no such question.</summary>
    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    public EvaluatedAnswer? Question(CorpusScope scope, long id, long number)
    {
        var (summary, outcomes) = Read(scope, id);
        return number >= 1 && number <= outcomes.Count && outcomes[(int)number - 1] is var outcome
            ? new EvaluatedAnswer(
                outcome.Question, summary.Corpus, OutcomeMapping.ExpectedOf(outcome), OutcomeMapping.GivenAnswerOf(summary.Model, outcome))
            : null;
    }

    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    /// <exception cref="InvalidDataException">The evaluations are of different questions.</exception>
    public EvaluationComparison Compare(CorpusScope scope, long first, long second)
    {
        var (a, b, pairs) = Pair(scope, first, second);
        return new EvaluationComparison(
            a, b, pairs.Count, [.. Shown.Select(measure => measure.Compare(pairs)).OfType<MeasureDifference>().Select(OutcomeMapping.ComparisonOf)],
            Enum.GetValues<QuestionChange>().ToDictionary(change => change, change => pairs.Count(pair => ChangeOf(pair) == change)));
    }

    /// <summary>A page of the questions that went so from the first to the second, in the order of the first.</summary>
    /// <param name="words">As in <see cref="OutcomeSelection.Words"/>, of either model's answer.</param>
    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    /// <exception cref="InvalidDataException">The evaluations are of different questions.</exception>
    public ComparedQuestionPage ComparedQuestions(CorpusScope scope, long first, long second, QuestionChange change, string words, int page, int pageSize)
    {
        var selection = new OutcomeSelection(Words: words);
        var taken = Pair(scope, first, second).Pairs.Index()
            .Where(pair => ChangeOf(pair.Item) == change && (selection.Takes(pair.Item.A) || selection.Takes(pair.Item.B))).ToList();
        return new ComparedQuestionPage(
            [.. taken.Skip((page - 1) * pageSize).Take(pageSize).Select(pair => new ComparedQuestion(
                pair.Index + 1, pair.Item.A.Question, OutcomeMapping.ExpectedOf(pair.Item.A), AnswerOf(pair.Item.A), AnswerOf(pair.Item.B)))],
            taken.Count, page, pageSize);
    }

    /// <summary>What both models made of a question; null when there is no such question.</summary>
    /// <param name="number">Place in the first evaluation, from 1.</param>
    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    /// <exception cref="InvalidDataException">The evaluations are of different questions.</exception>
    public QuestionEvidence? ComparedQuestion(CorpusScope scope, long first, long second, long number)
    {
        var (a, b, pairs) = Pair(scope, first, second);
        if (number < 1 || number > pairs.Count)
            return null;
        var (before, after) = pairs[(int)number - 1];
        return new QuestionEvidence(
            before.Question, a.Corpus, before.Answers, OutcomeMapping.GivenAnswerOf(a.Model, before), OutcomeMapping.GivenAnswerOf(b.Model, after));
    }

    /// <summary>An evaluation with all that was answered.</summary>
    /// <exception cref="EvaluationNotFoundException">There is no such evaluation.</exception>
    /// <exception cref="AnswersGoneException">What was answered is not kept.</exception>
    public (EvaluationSummary Summary, IReadOnlyList<QuestionOutcome> Outcomes) Read(CorpusScope scope, long id)
    {
        if (evaluations.Find(id) is not var (row, model) || !scope.Takes(row.Corpus))
            throw new EvaluationNotFoundException(id);
        try
        {
            return (SummaryOf(row, model), recent.Read(Path.Combine(paths.Root, row.ReportFile ?? throw new AnswersGoneException(id, null))));
        }
        catch (Exception gone) when (gone is InvalidDataException or IOException)
        {
            throw new AnswersGoneException(id, gone);
        }
    }

    // What gates can ask for, and no other.
    private static IEnumerable<Measure> Shown => Measure.All.Where(measure => GateMeasure.Find(measure.Name) is not null);

    private static string? AnswerOf(Engine.Evaluation.QuestionOutcome outcome) => outcome.NoAnswer ? null : outcome.Prediction;

    // Null where nobody can say which answer is right: such questions measure retrieval alone.
    private static QuestionChange? ChangeOf((QuestionOutcome A, QuestionOutcome B) pair) => pair.A.PassageOnly ? null
        : (pair.A.IsRight, pair.B.IsRight) switch
        {
            (false, true) => QuestionChange.Fixed,
            (true, false) => QuestionChange.Broken,
            (true, true) => QuestionChange.StillRight,
            _ => QuestionChange.StillWrong,
        };

    private static EvaluatedQuestion QuestionOf(int number, QuestionOutcome outcome) => new(
        number, outcome.Question, OutcomeMapping.ExpectedOf(outcome), AnswerOf(outcome), outcome.PassageOnly ? null : outcome.IsRight, outcome.ExactMatch,
        outcome.F1, outcome.Confidence, outcome.GoldRank);

    private static ReliabilityPoint PointOf(ReliabilityBin bin)
    {
        var (low, high) = Wilson.Interval((int)Math.Round(bin.Accuracy * bin.Count), bin.Count);
        return new ReliabilityPoint(bin.From, bin.To, bin.Count, bin.Confidence, bin.Accuracy, low, high);
    }

    private static EvaluationSummary SummaryOf(EvaluationRow row, string model) => new(
        row.Id, model, row.QuestionSet, row.Corpus, Enum.Parse<Retriever>(row.Retriever, ignoreCase: true), row.Questions, row.At,
        EvaluationStore.FiguresOf(row).Where(figure => double.IsFinite(figure.Value)).ToDictionary(), row.RunId, row.ReportFile is not null);

    private (EvaluationSummary First, EvaluationSummary Second, IReadOnlyList<(QuestionOutcome A, QuestionOutcome B)> Pairs) Pair(
        CorpusScope scope, long first, long second)
    {
        var ((a, before), (b, after)) = (Read(scope, first), Read(scope, second));
        return (a, b, ReportComparison.Pair(before, after));
    }
}

/// <summary>There is no evaluation of this number.</summary>
internal sealed class EvaluationNotFoundException(long id) : Exception($"There is no evaluation {id}. Pick one from the list of evaluations.");

/// <summary>What was answered in an evaluation is not kept, or cannot be read.</summary>
internal sealed class AnswersGoneException(long id, Exception? why) : Exception(
    $"What was answered in evaluation {id} {(why is null ? "was not kept" : "cannot be read")}. Evaluate the model again to see it question by question.", why);
