using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Flags;
using RealmWeb.Data.Questions;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Annotation;

/// <summary>What is known of answers that were really given: how often askers call them right, and what got none.</summary>
internal sealed class LiveReports(FlagStore flags, QuestionStore questions, QuestionJournal journal, QuestionVectors vectors)
{
    private const int QuestionsLookedAt = 5000;

    // Grouping takes the cube of it; two hundred take a moment.
    private const int MostGrouped = 200;

    public async Task<LiveAccuracy> AccuracyAsync(string corpus, CancellationToken cancellationToken)
    {
        var said = await flags.VerdictsAsync(corpus, cancellationToken);
        return new LiveAccuracy(
            corpus, RightOf(said),
            [
                .. said.GroupBy(answer => answer.Model).Select(model => new ModelAccuracy(model.Key, RightOf([.. model]), model.Max(answer => answer.AskedAt)))
                    .OrderByDescending(model => model.Last),
            ],
            [.. said.GroupBy(answer => MondayOf(answer.AskedAt)).OrderBy(week => week.Key).Select(week => new WeekAccuracy(week.Key, RightOf([.. week])))]);
    }

    public async Task<GapReport> GapsAsync(string corpus, CancellationToken cancellationToken)
    {
        await journal.SettleAsync(cancellationToken);
        var unanswered = await questions.UnansweredAsync(corpus, QuestionsLookedAt, cancellationToken);
        var listed = unanswered.Take(MostGrouped).ToList();
        var embedded = listed.Count == 0 ? [] : await vectors.EmbedAsync(corpus, [.. listed.Select(question => question.Question)], cancellationToken);
        IReadOnlyList<IReadOnlyList<int>> groups = embedded is null
            ? [.. listed.Select((_, place) => (IReadOnlyList<int>)[place])]
            : QuestionGroups.Of(embedded, QuestionGroups.SameMatter);
        return new GapReport(
            corpus, embedded is not null, unanswered.Count,
            [.. groups.Select(group => GapOf([.. group.Select(place => listed[place])])).OrderByDescending(gap => gap.Asked)]);
    }

    private static Gap GapOf(IReadOnlyList<UnansweredQuestion> group) => new(
        group.Sum(question => question.Asked),
        [
            .. group.OrderByDescending(question => question.Asked).ThenByDescending(question => question.LastAsked)
                .Select(question => new GapQuestion(question.Question, question.Asked, question.Flagged, question.LastAsked)),
        ]);

    private static Figure RightOf(IReadOnlyList<AnswerSaid> said)
    {
        if (said.Count == 0)
            return new Figure(null, null, null, 0);
        var right = said.Count(answer => answer.Verdict == AnswerVerdict.Right);
        var (low, high) = Wilson.Interval(right, said.Count);
        return new Figure((double)right / said.Count, low, high, said.Count);
    }

    /// <summary>The first day of a week, UTC.</summary>
    internal static DateOnly MondayOf(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        return day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
    }
}
