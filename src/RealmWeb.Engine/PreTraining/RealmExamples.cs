using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Sentences with a hidden span and the blocks that retrieval brings for them. Paper §3.3–3.4; released example_generator.py.</summary>
/// <remarks>A block is drawn, then one of its sentences that have something to hide; the released code draws among the spans of the block. Queries are
/// embedded by the retriever that the index was built by, not by the one that trains, as there. Examples are made for a window of steps at once,
/// so that the corpus is searched in large batches, and the next window while this one trains, unless a refresh comes between.</remarks>
internal sealed class RealmExamples : IDisposable
{
    private const int MostDraws = 1000;

    private readonly RealmModel _model;
    private readonly IReadOnlyList<Block> _texts;
    private readonly IBlockStore _blocks;
    private readonly IMasking _masking;
    private readonly RealmPreTrainingOptions _options;
    private readonly Func<long, RefreshedIndex> _index;
    private readonly ILexicalIndex? _lexical;
    private readonly int _windowSteps;
    private readonly int _jointLength;
    private long _window = -1;
    private RealmExample[][] _batches = [];
    private (long Window, RefreshedIndex Index, Task<RealmExample[][]> Batches)? _next;

    /// <param name="texts">X: blocks that sentences are taken from.</param>
    /// <param name="blocks">Z: blocks that are retrieved.</param>
    /// <param name="index">The index to search at a step.</param>
    /// <param name="lexical">Term search over <paramref name="blocks"/>, where the options ask for its candidates.</param>
    public RealmExamples(
        RealmModel model, IReadOnlyList<Block> texts, IBlockStore blocks, IMasking masking, RealmPreTrainingOptions options, Func<long, RefreshedIndex> index,
        ILexicalIndex? lexical = null)
    {
        (_model, _texts, _blocks, _masking, _options, _index, _lexical) = (model, texts, blocks, masking, options, index, lexical);
        _jointLength = Math.Min(options.QueryLength + options.CandidateLength, model.Options.Encoder.MaxPositions);
        // A window never spans a refresh: its examples come from one index.
        var every = options.Refresh.EverySteps;
        _windowSteps = Enumerable.Range(1, 8).Last(steps => every == 0 || every % steps == 0);
    }

    /// <summary>The index that the last batch came from.</summary>
    public RefreshedIndex? Used { get; private set; }

    /// <summary>The examples of a step, of like length.</summary>
    public IReadOnlyList<RealmExample> Batch(long step)
    {
        var window = step / _windowSteps;
        if (window != _window)
        {
            // Awaited before the index may change: nothing then searches the one that goes.
            Wait();
            Used = _index(window * _windowSteps / _options.Training.Accumulate);
            var drawn = _next is { } next && next.Window == window && ReferenceEquals(next.Index, Used) ? next.Batches : DrawAsync(window, Used);
            _batches = drawn.GetAwaiter().GetResult();
            _window = window;
            _next = HasSameIndex(window + 1) ? (window + 1, Used, DrawAsync(window + 1, Used)) : null;
        }
        return _batches[step % _windowSteps];
    }

    /// <summary>Ends what is drawn ahead. The index may go only after it.</summary>
    public void Dispose() => Wait();

    private void Wait()
    {
        if (_next is { } next)
            ((IAsyncResult)next.Batches).AsyncWaitHandle.WaitOne();
    }

    // A refresh that begins with the window would be asked for before its weights are there.
    private bool HasSameIndex(long window)
    {
        var first = window * _windowSteps;
        return first < (long)_options.Training.Steps * _options.Training.Accumulate
            && (_options.Refresh is { Mode: RefreshMode.Frozen } or { EverySteps: 0 }
                || first / _options.Training.Accumulate % _options.Refresh.EverySteps != 0);
    }

    // On another thread than the step's, where automatic mixed precision does not reach: queries are embedded as the index was.
    private Task<RealmExample[][]> DrawAsync(long window, RefreshedIndex index)
    {
        var size = _options.Training.BatchSize;
        return Task.Run(() => BucketedBatches<RealmExample>.Arrange(
            Draw(window, size * _windowSteps, index), example => example.Length, size, SeededRandom.At(~_options.Training.Seed, window)));
    }

    private RealmExample[] Draw(long window, int count, RefreshedIndex index)
    {
        var sentences = new MaskedSentence[count];
        Cores.ForEach(count, i => sentences[i] = DrawSentence(SeededRandom.At(_options.Training.Seed, window * count + i)));
        // More than are kept: the source block goes, and blocks whose content stands in the corpus twice.
        var beam = 2 * (_options.Candidates + 1);
        var found = index.Index.Search(index.Retriever.Queries([.. sentences.Select(sentence => sentence.Query)]), beam);
        var byTerms = new IReadOnlyList<BlockHit>[count];
        Cores.ForEach(count, i => byTerms[i] = _options.LexicalCandidates == 0 ? [] : _lexical!.Search(sentences[i].Text, beam));
        var rows = found.Concat(byTerms).SelectMany(hits => hits.Select(hit => hit.Row)).Distinct().ToList();
        var stored = _blocks.GetBlocks(rows).ToArray();
        var pieces = new (IReadOnlyList<Piece> Title, IReadOnlyList<Piece> Body)[stored.Length];
        Cores.ForEach(stored.Length, i => pieces[i] = (_model.Tokenizer.Encode(stored[i].Block.Title), _model.Tokenizer.Encode(stored[i].Block.Text)));
        var places = Enumerable.Range(0, stored.Length).ToDictionary(i => stored[i].Row);
        var examples = new RealmExample[count];
        Cores.ForEach(count, i => examples[i] = Join(sentences[i], Read(byTerms[i]), Read(found[i])));
        return examples;

        // A row that the corpus lost since is passed over.
        List<FoundBlock> Read(IReadOnlyList<BlockHit> hits) =>
            [.. hits.Where(hit => places.ContainsKey(hit.Row))
                .Select(hit => new FoundBlock(stored[places[hit.Row]].Block, pieces[places[hit.Row]].Title, pieces[places[hit.Row]].Body))];
    }

    private MaskedSentence DrawSentence(Random random)
    {
        for (var attempt = 0; attempt < MostDraws; attempt++)
        {
            var block = _texts[random.Next(_texts.Count)];
            var sentences = SentenceSplitter.Split(block.Text).ToArray();
            random.Shuffle(sentences);
            foreach (var span in sentences)
            {
                if (TryMask(span.Of(block.Text), block, random) is { } masked)
                    return masked;
            }
        }
        throw new InvalidOperationException(
            $"{MostDraws} passages drawn from {_texts.Count} have no sentence with anything to mask. Pre-train on running text in the model's language, or "
                + $"choose another \"masking\".");
    }

    // A sentence whose mask would be cut off is passed over, as in the released code.
    private MaskedSentence? TryMask(string sentence, Block block, Random random)
    {
        var pieces = _model.Tokenizer.Encode(sentence);
        if (_masking.Mask(sentence, pieces, random) is not { } masked)
            return null;
        var kept = Math.Min(pieces.Count, _options.QueryLength - 2);
        if (Array.FindLastIndex(masked.Ids, (id) => id == _model.Vocabulary.MaskId) >= kept || masked.Targets[^1].Position >= kept)
            return null;
        var shown = sentence.ToCharArray();
        for (var i = 0; i < kept; i++)
        {
            if (masked.Ids[i] != pieces[i].Id)
                shown.AsSpan(pieces[i].Start, pieces[i].End - pieces[i].Start).Fill(' ');
        }
        var query = _model.Inputs.Query([.. pieces.Take(kept).Select((piece, i) => piece with { Id = masked.Ids[i] })], _options.QueryLength);
        return new MaskedSentence(
            query, new string(shown), block.Id, [.. masked.Targets.Take(_options.MaxMasks).Select(target => target with { Position = target.Position + 1 })]);
    }

    private RealmExample Join(MaskedSentence sentence, List<FoundBlock> byTerms, List<FoundBlock> found)
    {
        bool MayStand(FoundBlock hit) => _options.TrivialRetrieval || hit.Block.Id != sentence.SourceBlock;

        // What the released code does with a repeated block is to drop the example; here the repetition goes and the example stays.
        var kept = byTerms.Where(MayStand).DistinctBy(hit => hit.Block.Id).Take(_options.LexicalCandidates)
            .Concat(found.Where(MayStand)).DistinctBy(hit => hit.Block.Id).ToList();
        if (_options.NullDocument)
            kept.Insert(RealmExample.NullIndex, new FoundBlock(Block.Null, [], []));
        kept = [.. kept.Take(_options.Candidates)];
        var length = Math.Min(_options.CandidateLength, _model.Options.Encoder.MaxPositions);
        var question = _model.Features?.Analyse(sentence.Text, _model.Tokenizer.Encode(sentence.Text));
        List<Piece> query = [.. sentence.Query.Ids[_model.Inputs.QueryStart..^1].Select(id => new Piece(id, 0, 0, 0))];
        return new RealmExample(
            sentence,
            [.. kept.Select(hit => _model.Inputs.Block(hit.Title, hit.Body, length))],
            [.. kept.Select(hit =>
            {
                IReadOnlyList<Piece> body = hit.Body.Count > length - 2 ? [.. hit.Body.Take(length - 2)] : hit.Body;
                var features = question is null ? null : _model.Features!.Compute(question, hit.Block.Text, body);
                return _model.Featurizer.Joint(query, body, features, _jointLength);
            })],
            found.Any(hit => hit.Block.Id == sentence.SourceBlock));
    }

    private sealed record FoundBlock(Block Block, IReadOnlyList<Piece> Title, IReadOnlyList<Piece> Body);
}
