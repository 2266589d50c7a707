using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Draws (question, passage) pairs for the embedder from question lines that come with their passage.</summary>
public sealed class QuestionBlockExamples
{
    private readonly RetrieverInputs _inputs;
    private readonly int _maxBlockLength;
    private readonly (QuestionExample[] Usable, double Weight)[] _sets;
    private readonly double _totalWeight;

    /// <param name="maxBlockLength">Pieces of a passage input at most.</param>
    public QuestionBlockExamples(RetrieverInputs inputs, IReadOnlyList<QuestionExample> examples, int maxBlockLength = 288)
        : this(inputs, [(examples, 1)], maxBlockLength)
    {
    }

    /// <param name="sets">Question sets, and how often each is drawn from; where all weights are the same, all questions are drawn alike, whatever their
    /// set.</param>
    /// <param name="maxBlockLength">Pieces of a passage input at most.</param>
    public QuestionBlockExamples(
        RetrieverInputs inputs, IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> sets, int maxBlockLength = 288)
    {
        ArgumentNullException.ThrowIfNull(sets);
        (_inputs, _maxBlockLength) = (inputs, maxBlockLength);
        var usable = sets.Select(set => (Usable: set.Examples.Where(IsUsable).ToArray(), set.Weight)).Where(set => set.Usable.Length > 0 && set.Weight > 0)
            .ToArray();
        _sets = usable.Select(set => set.Weight).Distinct().Count() > 1 ? usable : [([.. usable.SelectMany(set => set.Usable)], 1)];
        _totalWeight = _sets.Sum(set => set.Weight);
    }

    /// <summary>Number of usable question lines.</summary>
    public int Count => _sets.Sum(set => set.Usable.Length);

    /// <summary>One pair without hard negatives; the same generator state gives the same pair.</summary>
    public RetrievalPair Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var usable = DrawSet(random);
        var example = usable[random.Next(usable.Length)];
        return new RetrievalPair(
            _inputs.Query(_inputs.Tokenizer.Encode(example.Question), Featurizer.MaxQuestionPieces),
            _inputs.Block(_inputs.Tokenizer.Encode(example.Title ?? ""), _inputs.Tokenizer.Encode(example.Context!), _maxBlockLength), []);
    }

    // One set takes nothing of the generator: its draws are those of releases that knew no weights here.
    private QuestionExample[] DrawSet(Random random)
    {
        if (_sets is [var only])
            return only.Usable;
        var at = random.NextDouble() * _totalWeight;
        var chosen = 0;
        while (chosen < _sets.Length - 1 && at >= _sets[chosen].Weight)
            at -= _sets[chosen++].Weight;
        return _sets[chosen].Usable;
    }

    private static bool IsUsable(QuestionExample example) => !string.IsNullOrEmpty(example.Context) && !example.IsImpossible;
}
