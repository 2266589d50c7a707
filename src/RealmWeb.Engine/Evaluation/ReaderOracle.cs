using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Whether a right span stands where the reader could take it: whole wordpieces, within the part of the block that fits beside the
/// question, no wider than the model's spans. Released orqa_model.py, <c>reader_oracle</c>.</summary>
public sealed class ReaderOracle
{
    private readonly RealmModel _model;
    private readonly QuestionExample _question;
    private readonly int _room;
    private readonly List<int[]> _answers;

    public ReaderOracle(RealmModel model, QuestionExample question)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(question);
        (_model, _question) = (model, question);
        // [CLS] question [SEP] block [SEP]
        _room = model.ReaderLength - 3 - Math.Min(model.Tokenizer.CountPieces(question.Question), Featurizer.MaxQuestionPieces);
        _answers = [.. question.Answers.Select(answer => model.Tokenizer.Encode(answer).Select(piece => piece.Id).ToArray())
            .Where(ids => ids.Length > 0 && ids.Length <= model.Options.Reader.MaxSpanWidth)];
    }

    /// <summary>Whether the block holds such a span.</summary>
    public bool Finds(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        var pieces = _model.Tokenizer.Encode(block.Text);
        var kept = Math.Min(pieces.Count, _room);
        if (kept <= 0)
            return false;
        int[] ids = [.. pieces.Take(kept).Select(piece => piece.Id)];
        if (_answers.Any(answer => ids.AsSpan().IndexOf(answer) >= 0))
            return true;
        return _question.AnswerRegex is { } pattern && AnswerMetrics.FindPattern(block.Text[..pieces[kept - 1].End], pattern)
            .Any(span => _model.Tokenizer.CountPieces(span.Of(block.Text)) is > 0 and var width && width <= _model.Options.Reader.MaxSpanWidth);
    }
}
