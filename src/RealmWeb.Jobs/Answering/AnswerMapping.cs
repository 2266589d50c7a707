using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Answering;

namespace RealmWeb.Jobs.Answering;

/// <summary>The engine's results as they cross the wire.</summary>
public static class AnswerMapping
{
    /// <summary>Passages numbered from 1 in their order.</summary>
    /// <param name="documents">Those of the corpus that they are from.</param>
    public static IReadOnlyList<EvidencePassage> Passages(IReadOnlyList<Evidence> evidence, CorpusDocuments documents)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(documents);
        // A passage may lie on two pages: the one of the marked words is named.
        var pages = documents.PagesAt([.. evidence.Select(item => (item.Block.DocumentId, item.Block.Block.Start + (item.Span?.Start ?? 0)))]);
        var headings = evidence.Select((item, i) => pages[i] is null ? PlaceHeading.Of(
            documents, item.Block.DocumentId, item.Block.Block.Start + (item.Span?.Start ?? 0)) : null).ToList();
        var sources = documents.SourceIds([.. evidence.Select(item => item.Block.DocumentId).Distinct()]);
        return
        [
            .. evidence.Select((item, i) => new EvidencePassage(
                i + 1, item.Block.Block.Id, item.Block.DocumentId, item.Block.Block.Title, item.Block.Block.Text, item.Block.Block.Start,
                item.Span?.Start, item.Span?.End, item.RetrievalScore, item.RetrievalProbability, item.ReaderProbability, item.Share)
            {
                Agrees = item.Agrees,
                Page = pages[i],
                Heading = headings[i],
                Source = WebAddress(sources.GetValueOrDefault(item.Block.DocumentId)),
            }),
        ];
    }

    // Documents of web sites, feeds and repositories are called by their addresses.
    private static string? WebAddress(string? sourceId) =>
        Uri.TryCreate(sourceId, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;

    public static AskResponse Response(AnswerResult result, CorpusStore corpus, string model)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(corpus);
        var timings = result.Timings;
        return new AskResponse(
            result.Question, corpus.Info().Name, result.Answer, result.NoAnswer, result.Confidence, result.NullMass,
            [.. result.Candidates.Select(candidate => new AnswerCandidate(candidate.Text, candidate.Probability, candidate.Blocks))],
            Passages(result.Evidence, corpus.Documents),
            new StageTimings(timings.Encode.TotalMilliseconds, timings.Search.TotalMilliseconds, timings.Read.TotalMilliseconds,
                timings.Total.TotalMilliseconds),
            model, result.Generation)
        {
            Calibrated = result.Calibrated,
        };
    }
}
