using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Questions;

namespace RealmWeb.Server.Questions;

/// <summary>An answer as it is kept.</summary>
internal static class KeptQuestion
{
    public static AskedQuestion Of(AskResponse answer, Retriever retriever, AskedBy by, DateTimeOffset at) => new()
    {
        Id = answer.Id,
        Corpus = answer.Corpus,
        Question = answer.Question,
        Retriever = retriever.ToString(),
        Answer = answer.Answer,
        NoAnswer = answer.NoAnswer,
        Confidence = answer.Confidence,
        Calibrated = answer.Calibrated,
        NullMass = answer.NullMass,
        EncodeMilliseconds = answer.Timings.Encode,
        SearchMilliseconds = answer.Timings.Search,
        ReadMilliseconds = answer.Timings.Read,
        TotalMilliseconds = answer.Timings.Total,
        Model = answer.Model,
        Generation = answer.Generation,
        AskedBy = by.UserName,
        Visitor = by.Visitor,
        AskedAt = at,
        Candidates = [.. answer.Candidates.Select(
            candidate => new AskedCandidate { Text = candidate.Text, Score = candidate.Score, Passages = candidate.Passages })],
        Passages = [.. answer.Evidence.Select(PassageOf)],
    };

    private static AskedPassage PassageOf(EvidencePassage passage) => new()
    {
        Rank = passage.Number,
        DocumentId = passage.DocumentId,
        BlockId = passage.BlockId,
        BlockStart = passage.DocumentStart,
        RetrievalScore = passage.RetrievalScore,
        RetrievalProbability = passage.RetrievalProbability,
        ReaderProbability = passage.ReaderProbability,
        SpanStart = passage.Start,
        SpanEnd = passage.End,
    };
}
