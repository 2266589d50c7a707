using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>A sentence with a span that other documents can supply.</summary>
/// <param name="Source">Position of the block that the sentence stands in.</param>
/// <param name="Sentence">The sentence, in one line.</param>
/// <param name="Span">What is hidden, in the sentence.</param>
/// <param name="Holders">Positions of blocks of other documents that hold the span.</param>
internal sealed record RetrievableSpan(int Source, string Sentence, TextSpan Span, IReadOnlyList<int> Holders)
{
    /// <summary>y.</summary>
    public string Answer => Sentence.Substring(Span.Start, Span.Length);

    /// <summary>The sentence as a question for y.</summary>
    public string Question => $"{Sentence[..Span.Start]}what{Sentence[Span.End..].TrimEnd('.', '!', ';', ':', ' ')}?";
}
