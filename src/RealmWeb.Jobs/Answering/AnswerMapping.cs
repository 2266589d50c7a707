using RealmWeb.Contracts.Questions;
using RealmWeb.Engine.Answering;

namespace RealmWeb.Jobs.Answering;

/// <summary>The engine's results as they cross the wire.</summary>
public static class AnswerMapping
{
    /// <summary>Passages numbered from 1 in their order.</summary>
    public static IReadOnlyList<EvidencePassage> Passages(IReadOnlyList<Evidence> evidence) =>
    [
        .. evidence.Select((item, i) => new EvidencePassage(
            i + 1, item.Block.Block.Id, item.Block.DocumentId, item.Block.Block.Title, item.Block.Block.Text, item.Block.Block.Start,
            item.Span?.Start, item.Span?.End, item.RetrievalScore, item.RetrievalProbability, item.ReaderProbability, item.Share)
        {
            Agrees = item.Agrees,
        }),
    ];

    public static AskResponse Response(AnswerResult result, string corpus, string model)
    {
        ArgumentNullException.ThrowIfNull(result);
        var timings = result.Timings;
        return new AskResponse(
            result.Question, corpus, result.Answer, result.NoAnswer, result.Confidence, result.NullMass,
            [.. result.Candidates.Select(candidate => new AnswerCandidate(candidate.Text, candidate.Probability, candidate.Blocks))],
            Passages(result.Evidence),
            new StageTimings(timings.Encode.TotalMilliseconds, timings.Search.TotalMilliseconds, timings.Read.TotalMilliseconds,
                timings.Total.TotalMilliseconds),
            model, result.Generation)
        {
            Calibrated = result.Calibrated,
        };
    }
}
