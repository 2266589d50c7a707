using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Answering;

/// <summary>From a question to an answer with its evidence: embed, retrieve, read, marginalise. Paper §3.1, §3.2.</summary>
/// <param name="server">The model, shared by all askers.</param>
/// <param name="blocks">Texts of the corpus.</param>
/// <param name="dense">Null where no index has been built for the model: only the lexical retriever works then.</param>
/// <param name="filter">Keeps what was deleted since the index was built, or what the asker has no right to, out of the dense search; null for nothing.</param>
/// <param name="fitted">The model's <see cref="RealmModel.Answering"/> with what was fitted to this corpus; null for the model's own.</param>
public sealed class QuestionAnswerer(
    ModelServer server, IBlockStore blocks, IBlockIndex? dense, ILexicalIndex lexical, TimeProvider time, RowFilter? filter = null,
    AnsweringDefaults? fitted = null)
{
    private readonly AnsweringDefaults _answering = fitted ?? server.Model.Answering;

    /// <summary>Questions longer than this are refused: nobody types them.</summary>
    public const int MaxQuestionCharacters = 1000;

    private const int AnswersShown = 5;

    public RealmModel Model => server.Model;

    /// <summary>Whether confidence was fitted to how often answers are right, for the model or for this corpus.</summary>
    public bool IsCalibrated => server.IsCalibrated || _answering.Scaling is not null;

    /// <summary>Answers a question.</summary>
    /// <exception cref="ArgumentException">The question is empty or too long, or k is out of range.</exception>
    /// <exception cref="IndexException">The dense retriever was asked for and there is no index.</exception>
    public async Task<AnswerResult> AnswerAsync(string question, AnswerOptions options, IAnswerObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(options);
        Check(question, options);
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        question = TextNormalization.Normalize(question).Trim();

        observer?.Encoding();
        var pieces = server.Model.Tokenizer.Encode(question);
        var usesDense = UsesDense(options);
        // f(x, z) is the mixture's, whichever list brought z: the bias of "no answer" was fitted to it.
        var query = usesDense || _answering.Mixture is not null ? await server.EncodeAsync(pieces, cancellationToken) : [];
        var encoded = time.GetTimestamp();

        observer?.Searching(dense?.Count ?? blocks.CountBlocks());
        var candidates = await RetrieveAsync(question, query, options, cancellationToken);
        var searched = time.GetTimestamp();
        observer?.Retrieved(candidates.Unread());

        var worth = candidates.Within(_answering.ReadingMargin ?? double.PositiveInfinity);
        observer?.Reading(worth.Count);
        var readings = await ReadAsync(question, pieces, candidates.Blocks, worth, cancellationToken);
        var (masses, nullMass) = candidates.Blocks.Count == 0 ? ([], 1) : JointDistribution.Masses(
            candidates.Relevance, readings, _answering.NullBias);
        var answers = JointDistribution.Merge(candidates.Blocks, readings, masses, AnswersShown);
        var noAnswer = answers.Count == 0 || nullMass > _answering.NoAnswerThreshold;
        var read = time.GetTimestamp();
        double[] tempered = answers.Count == 0 ? []
            : [.. server.Temperatures.Select(
                (temperature, t) => JointDistribution.Tempered(candidates.Blocks, candidates.Relevance, readings, answers[0].Text, temperature, t,
                    _answering.NullBias))];
        var probability = answers.Count == 0 ? 0 : server.IsCalibrated ? tempered[0] : answers[0].Probability;
        var confidence = answers.Count == 0 || _answering.Scaling is null ? probability : _answering.Scaling.Of(probability);
        return new AnswerResult(
            question, noAnswer ? null : answers[0].Text, noAnswer, confidence, nullMass, answers,
            candidates.Read(masses, readings, noAnswer ? null : answers[0]),
            new AnswerTimings(
                time.GetElapsedTime(started, encoded), time.GetElapsedTime(encoded, searched), time.GetElapsedTime(searched, read),
                    time.GetElapsedTime(started, read)),
            usesDense ? dense!.Generation : "")
        {
            Calibrated = IsCalibrated,
            Unscaled = _answering.Scaling is null ? null : probability,
            ConfidenceAt = tempered,
        };
    }

    // One reading a candidate; those that are not worth it stay unread.
    private async Task<IReadOnlyList<BlockReading>> ReadAsync(
        string question, IReadOnlyList<Piece> pieces, IReadOnlyList<StoredBlock> candidates, IReadOnlyList<int> worth, CancellationToken cancellationToken)
    {
        var readings = new BlockReading[candidates.Count];
        Array.Fill(readings, BlockReading.Unread(server.Temperatures.Count));
        var read = worth.Count == 0 ? [] : await server.ReadAsync(question, pieces, [.. worth.Select(place => candidates[place].Block)], cancellationToken);
        var matcher = _answering.NullScatter == 0 ? null : new TermMatcher(lexical.Terms(question), server.Words);
        for (var i = 0; i < worth.Count; i++)
            readings[worth[i]] = matcher is null ? read[i] : read[i].With(matcher.Match(candidates[worth[i]].Block), _answering.NullScatter);
        return readings;
    }

    /// <summary>The candidates alone, for measuring retrieval.</summary>
    public async Task<Candidates> RetrieveAsync(string question, AnswerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        question = TextNormalization.Normalize(question).Trim();
        var query = UsesDense(options) ? await server.EncodeAsync(server.Model.Tokenizer.Encode(question), cancellationToken) : [];
        return await RetrieveAsync(question, query, options, cancellationToken);
    }

    /// <summary>The candidates of both lists with what a mixture weighs, for fitting a mixture.</summary>
    public async Task<IReadOnlyList<ScoredBlock>> RetrieveBothAsync(string question, CancellationToken cancellationToken)
    {
        if (dense is null)
            throw new IndexException("", "There is no dense index for this corpus and model. Build the index.");
        question = TextNormalization.Normalize(question).Trim();
        var query = await server.EncodeAsync(server.Model.Tokenizer.Encode(question), cancellationToken);
        var beam = _answering.Beam;
        var byTerms = SearchTerms(question, beam, LexicalList.Depth, cancellationToken);
        var byMeaning = dense.Search(query, beam, new SearchOptions { Filter = filter }, cancellationToken)[0];
        var found = blocks.GetBlocks([.. byTerms.Hits.Concat(byMeaning).Select(hit => hit.Row).Distinct()]);
        var products = dense.InnerProducts(query, [.. found.Select(block => block.Row)]);
        var matcher = new TermMatcher(lexical.Terms(question), server.Words);
        return [.. found.Select((block, i) => new ScoredBlock(
            block, OrZero(products[i].Best), byTerms.Score(block.Row), byTerms.Lists(block.Row), matcher.Match(block.Block),
            OrZero(products[i].Best - products[i].Whole)))];
    }

    /// <summary>Id in its file of the document of each block; empty where it was deleted meanwhile.</summary>
    public IReadOnlyList<string> DocumentsOf(IReadOnlyList<StoredBlock> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var sources = blocks.SourceIds([.. found.Select(block => block.DocumentId).Distinct()]);
        return [.. found.Select(block => sources.GetValueOrDefault(block.DocumentId, ""))];
    }

    private bool UsesDense(AnswerOptions options) => dense is not null && options.Retriever != RetrieverKind.Lexical;

    /// <param name="query">Embed_input of the question; empty where its terms alone are asked.</param>
    private async Task<Candidates> RetrieveAsync(string question, float[] query, AnswerOptions options, CancellationToken cancellationToken)
    {
        if (options.Retriever == RetrieverKind.Dense && dense is null)
            throw new IndexException("", "There is no dense index for this corpus and model. Build the index, or search with the lexical retriever.");
        var beam = Math.Max(_answering.Beam, 2 * options.K);
        IReadOnlyList<BlockHit> byMeaning = !UsesDense(options) ? []
            : dense!.Search(query, beam, new SearchOptions { Filter = filter, Recall = options.Recall }, cancellationToken)[0];
        // A document may have been deleted since the filter was made.
        var live = blocks.LiveRows([.. byMeaning.Select(hit => hit.Row)]);
        byMeaning = [.. byMeaning.Where(hit => live.Contains(hit.Row))];
        var mixture = query.Length == 0 ? null : _answering.Mixture;
        var byTerms = options.Retriever == RetrieverKind.Dense && mixture is null ? new LexicalList([], 0, 1)
            : SearchTerms(question, beam, mixture is null ? beam : LexicalList.Depth, cancellationToken);
        if (mixture is null)
        {
            var merged = blocks.GetBlocks(RankFusion.Merge(options.K, (byTerms.Hits, 1), (byMeaning, _answering.DenseFusionWeight)));
            return new Candidates(
                merged, query.Length == 0 ? new float[merged.Count] : DenseScores(query, [.. merged.Select(block => block.Row)]),
                [.. merged.Select(block => byTerms.Lists(block.Row) ? byTerms.Score(block.Row) : 0)], server.Model.Reader.RelevanceWeights);
        }

        var rows = options.Retriever switch
        {
            RetrieverKind.Dense => byMeaning.Take(options.K),
            // Nothing to weigh the order of the terms against.
            _ when byMeaning.Count == 0 => byTerms.Hits.Take(options.K),
            _ => byTerms.Hits.Concat(byMeaning),
        };
        var scored = await ScoreAsync(question, query, mixture, [.. rows.Select(hit => hit.Row).Distinct()], byTerms, options.K, cancellationToken);
        var best = options.Retriever == RetrieverKind.Hybrid ? scored.OrderByDescending(hit => hit.Relevance).ThenBy(hit => hit.Row).Take(options.K) : scored;
        var ofRow = best.ToDictionary(hit => hit.Row);
        var found = blocks.GetBlocks([.. ofRow.Keys]);
        // Models from before BM25 was known of every candidate learnt with 0 for those that the terms did not bring.
        return new Candidates(
            found, [.. found.Select(block => ofRow[block.Row].Dense)],
            [.. found.Select(block => mixture.Unlisted is null || byTerms.Lists(block.Row) ? byTerms.Score(block.Row) : 0)],
            server.Model.Reader.RelevanceWeights, [.. found.Select(block => ofRow[block.Row].Relevance)]);
    }

    // f(x, z) of each row by the mixture.
    private async Task<IReadOnlyList<(long Row, float Dense, double Relevance)>> ScoreAsync(
        string question, float[] query, RetrievalMixture mixture, long[] rows, LexicalList byTerms, int mostNew, CancellationToken cancellationToken)
    {
        if (rows.Length == 0)
            return [];
        var products = dense?.InnerProducts(query, rows) ?? [.. Enumerable.Repeat(BlockProducts.None, rows.Length)];
        // What was imported since the index was built, or before there is one, has no vector yet. It is embedded now, as far as it may be read.
        var added = blocks.GetBlocks([.. rows.Where((_, i) => float.IsNaN(products[i].Best)).Take(mostNew)]);
        if (added.Count > 0)
        {
            var texts = added.SelectMany(block => BlockHalves.Texts(block.Block, Model.EmbedsHalves).Select(text => (block.Row, Text: text))).ToList();
            var vectors = await server.EmbedAsync([.. texts.Select(text => text.Text)], cancellationToken);
            foreach (var block in texts.Zip(vectors, (text, vector) => (text.Row, Product: InnerProduct.Of(query, vector))).GroupBy(text => text.Row))
                products[Array.IndexOf(rows, block.Key)] = new(block.Max(text => text.Product), block.First().Product);
        }
        var matches = mixture.Terms is null ? [] : Matches(question, rows);
        var best = products.Select(product => product.Best).Where(product => !float.IsNaN(product)).DefaultIfEmpty().Max();
        return [.. rows.Zip(products, (row, product) => (Row: row, Products: float.IsNaN(product.Best) ? default : product))
            .Select(hit => (hit.Row, hit.Products.Best, mixture.Score(
                hit.Products.Best, byTerms.Score(hit.Row), byTerms.Lists(hit.Row), best, matches.GetValueOrDefault(hit.Row), byTerms.Most,
                hit.Products.Best - hit.Products.Whole)))];
    }

    private Dictionary<long, TermMatch> Matches(string question, long[] rows)
    {
        var matcher = new TermMatcher(lexical.Terms(question), server.Words);
        return blocks.GetBlocks(rows).ToDictionary(block => block.Row, block => matcher.Match(block.Block));
    }

    private LexicalList SearchTerms(string question, int candidates, int depth, CancellationToken cancellationToken)
    {
        depth = Math.Max(candidates, depth);
        return new LexicalList(lexical.Search(question, depth, cancellationToken), candidates, depth);
    }

    // f(x, z) of blocks that the lexical list brought is as well defined as that of the others; 0 of those that have no vector yet.
    private float[] DenseScores(float[] query, IReadOnlyList<long> rows) =>
        [.. dense!.InnerProducts(query, rows).Select(product => OrZero(product.Best))];

    private static float OrZero(float product) => float.IsNaN(product) ? 0 : product;

    private static void Check(string question, AnswerOptions options)
    {
        if (string.IsNullOrWhiteSpace(question))
            throw new ArgumentException("The question is empty. Type a question.", nameof(question));
        if (question.Length > MaxQuestionCharacters)
            throw new ArgumentException(
                $"The question has {question.Length} characters; at most {MaxQuestionCharacters} are read. Shorten it.", nameof(question));
        if (options.K is < 1 or > 100)
            throw new ArgumentException($"k is {options.K}; it is the number of passages to retrieve, 1 to 100.", nameof(options));
    }
}
