using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.FineTuning;

/// <summary>The candidates of one question in one step: what the retriever's loss is over, and which of them are read.</summary>
/// <param name="Rows">Blocks, each once, the retriever's best first, added ones behind.</param>
/// <param name="Right">Which of them are right for the retriever.</param>
/// <param name="Known">Which of them are known to answer: graded, or the line's own passage.</param>
/// <param name="Read">Places in <paramref name="Rows"/> of the blocks that are read.</param>
/// <param name="Group">The same blocks as the reader gets them.</param>
internal sealed record OpenQaBeam(long[] Rows, bool[] Right, bool[] Known, int[] Read, ReaderGroup Group);

/// <summary>Puts beams together. Nothing here is random but what the generator of the example decides.</summary>
internal sealed class OpenQaBeams(OpenQaOptions options, Models.RealmModel model, BlockTexts texts, AnswerMatching matching, int readBeam)
{
    /// <param name="dense">The index's best blocks.</param>
    /// <param name="lexical">The best by BM25; empty where nobody asks for them.</param>
    public OpenQaBeam Compose(OpenQaQuestion question, Random random, IReadOnlyList<BlockHit> dense, IReadOnlyList<BlockHit> lexical)
    {
        // Drawn whether needed or not, so that one setting does not shift the draws of another.
        var (withoutAnswer, fraction) = (random.NextDouble() < options.WithoutAnswer, random.NextDouble());
        withoutAnswer &= !question.Example.IsImpossible && model.Options.Reader.NullSpan;

        // Retrieve: the beam, what is known of the question, and what the lexical list adds to the reading.
        List<long> ranked = [.. dense.Select(hit => hit.Row)];
        var best = options.ReadBeam == Answering.RetrieverKind.Dense ? [.. ranked.Take(4 * readBeam)] : Fused(ranked, lexical);
        long[] negatives = [
            .. question.Labels.Where(label => label.Value.IsHardNegative).Select(label => label.Key).Order(), .. options.HardNegativeShare > 0
            ? lexical.Select(hit => hit.Row) : []];
        List<long> rows = [.. ranked.Concat(question.Labels.Keys.Order()).Concat(best.Take(2 * readBeam))
            .Concat(negatives.Take(2 * readBeam + question.Labels.Count)).Distinct()];
        var found = texts.Get(rows);
        var verdicts = rows.Where(found.ContainsKey).ToDictionary(row => row, row => matching.Judge(question, row, found[row]));
        rows.RemoveAll(row => verdicts.GetValueOrDefault(row, Verdict.Unknown) == Verdict.Unknown);
        var places = rows.Select((row, place) => (row, place)).ToDictionary(item => item.row, item => item.place);

        // Choose what is read.
        bool IsRight(long row) => verdicts[row] == Verdict.Right || matching.Spans(question, row, found[row]).Count > 0;
        List<long> open = [.. best.Where(places.ContainsKey)];
        if (withoutAnswer && open.Exists(row => !IsRight(row)))
            open.RemoveAll(row => IsRight(row));
        else
            withoutAnswer = false;
        var shown = open.Take(readBeam).ToList();
        var hard = negatives.Where(row => places.ContainsKey(row) && !shown.Contains(row) && !IsRight(row)).Distinct()
            .Take((int)(options.HardNegativeShare * readBeam + fraction)).ToList();
        if (shown.Count + hard.Count > readBeam)
            shown.RemoveRange(readBeam - hard.Count, shown.Count + hard.Count - readBeam);
        if (!withoutAnswer && !shown.Exists(row => IsKnown(question, row)) && rows.Find(row => IsKnown(question, row)) is var known and > 0)
        {
            // It is read wherever it ranks, or the reader would see few hard questions.
            if (shown.Count > 0 && shown.Count + hard.Count == readBeam)
                shown.RemoveAt(shown.Count - 1);
            shown.Add(known);
            hard = [.. hard.Take(readBeam - shown.Count)];
        }
        long[] read = [.. shown, .. hard];

        var scores = lexical.ToDictionary(hit => hit.Row, hit => hit.Score);
        return new OpenQaBeam(
            [.. rows], [.. rows.Select(row => verdicts[row] == Verdict.Right)], [.. rows.Select(row => IsKnown(question, row))],
                [.. read.Select(row => places[row])],
            new ReaderGroup([.. read.Select(row => Candidate(question, row, found[row], scores.GetValueOrDefault(row)))])
            {
                IsUnanswerable = withoutAnswer || question.Example.IsImpossible,
            });
    }

    // As QuestionAnswerer merges.
    private List<long> Fused(List<long> dense, IReadOnlyList<BlockHit> lexical) =>
        [.. RankFusion.Merge(
            4 * readBeam, (lexical, 1), ([.. dense.Take(model.Answering.Beam).Select(row => new BlockHit(row, 0))], model.Answering.DenseFusionWeight))];

    private static bool IsKnown(OpenQaQuestion question, long row) => question.Labels.TryGetValue(row, out var label) && label.IsRight;

    private ReaderCandidate Candidate(OpenQaQuestion question, long row, BlockText block, float lexicalScore)
    {
        var features = question.Analysis is null ? null : model.Features!.Compute(question.Analysis, block.Text, block.Body);
        var input = model.Featurizer.Reader(question.Pieces, block.Body, features, model.ReaderLength);
        var spans = matching.Spans(question, row, block)
            .Where(span => span.End <= input.BlockPieces)
            .Select(span => new Text.TextSpan(span.Start + input.BlockStart, span.End + input.BlockStart));
        return new ReaderCandidate(input, [.. spans], LexicalScore: lexicalScore);
    }
}
