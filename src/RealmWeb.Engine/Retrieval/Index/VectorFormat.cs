using System.Diagnostics.CodeAnalysis;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>How a generation keeps the vectors that scores are computed from.</summary>
/// <remarks>What is kept is what is searched: in the 16-bit formats the exact top k is that of the rounded vectors.</remarks>
[SuppressMessage("Naming", "CA1720", Justification = "The names of the formats.")]
public enum VectorFormat
{
    Float32,
    BFloat16,
    Float16,
}
