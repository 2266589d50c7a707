using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.PreTraining.Masking;

namespace RealmWeb.Engine.PreTraining;

/// <summary>A masked sentence x before retrieval.</summary>
/// <param name="Query">[CLS] masked sentence [SEP], as the embedder sees it.</param>
/// <param name="Text">The sentence with spaces where its masked pieces stood.</param>
/// <param name="SourceBlock">Content-hash id of the block that it was taken from.</param>
/// <param name="Targets">Positions in [CLS] masked sentence, which joint inputs begin with, and the pieces to predict there.</param>
internal sealed record MaskedSentence(InputRow Query, string Text, string SourceBlock, IReadOnlyList<MaskTarget> Targets);

/// <summary>A masked sentence x with its candidates z.</summary>
/// <param name="Candidates">Inputs of the embedder, k at most; the null document at <see cref="NullIndex"/> where there is one.</param>
/// <param name="Joint">Inputs of the knowledge-augmented encoder, one a candidate.</param>
/// <param name="SourceFound">Whether retrieval brought the block that the sentence was taken from.</param>
internal sealed record RealmExample(MaskedSentence Sentence, IReadOnlyList<InputRow> Candidates, IReadOnlyList<InputRow> Joint, bool SourceFound)
{
    /// <summary>Place of the null document among the candidates, where there is one. Paper §3.4.</summary>
    public const int NullIndex = 0;

    /// <summary>Longest of the rows.</summary>
    public int Length => Joint.Max(row => row.Length);
}
