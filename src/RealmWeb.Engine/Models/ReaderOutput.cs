using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>What the reader says about n blocks.</summary>
/// <param name="SpanLogits">Score of every span, numbered as in <see cref="SpanNumbering"/>; -10000 is added where a span leaves the block.
/// The relevance of the block is not in it. Shape [n, spans].</param>
/// <param name="NullLogits">Score of "no answer in this block", shape [n]; null in models without it.</param>
public sealed record ReaderOutput(Tensor SpanLogits, Tensor? NullLogits) : IDisposable
{
    public void Dispose()
    {
        SpanLogits.Dispose();
        NullLogits?.Dispose();
    }
}
