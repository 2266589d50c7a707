using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>A batch of padded token sequences. Owns its tensors.</summary>
public sealed class BertInputs : IDisposable
{
    /// <param name="inputIds">Rows of the vocabulary. Shape [n, s], int64.</param>
    /// <param name="mask">1 where there is a token, 0 on padding; any number type. Shape [n, s].</param>
    /// <param name="segmentIds">Number of the sequence that a token belongs to. Shape [n, s], int64.</param>
    /// <param name="featureIds">Level of each lexical feature of a token, 0 = none. Shape [n, s, features], int64; null = all 0.</param>
    /// <exception cref="TensorShapeException">The tensors disagree about n or s.</exception>
    public BertInputs(Tensor inputIds, Tensor mask, Tensor segmentIds, Tensor? featureIds = null)
    {
        Shapes.Require(inputIds, Shapes.Any, Shapes.Any);
        Shapes.Require(mask, inputIds.shape);
        Shapes.Require(segmentIds, inputIds.shape);
        if (featureIds is not null)
            Shapes.Require(featureIds, inputIds.shape[0], inputIds.shape[1], Shapes.Any);
        // A batch outlives the scope it was made in: it belongs to whoever disposes it.
        InputIds = inputIds.DetachFromDisposeScope();
        Mask = mask.DetachFromDisposeScope();
        SegmentIds = segmentIds.DetachFromDisposeScope();
        FeatureIds = featureIds?.DetachFromDisposeScope();
    }

    /// <summary>Rows of the vocabulary. Shape [n, s], int64.</summary>
    public Tensor InputIds { get; }

    /// <summary>1 = token, 0 = padding. Shape [n, s].</summary>
    public Tensor Mask { get; }

    /// <summary>Shape [n, s], int64.</summary>
    public Tensor SegmentIds { get; }

    /// <summary>Shape [n, s, features], int64, or null.</summary>
    public Tensor? FeatureIds { get; }

    /// <summary>Number of sequences n.</summary>
    public long Count => InputIds.shape[0];

    /// <summary>Padded length s in tokens.</summary>
    public long Length => InputIds.shape[1];

    /// <summary>A copy on <paramref name="device"/> that the caller disposes; on the same device it shares the numbers.</summary>
    public BertInputs To(Device device)
    {
        using var scope = NewDisposeScope();
        return new(
            InputIds.to(device).alias(), Mask.to(device).alias(), SegmentIds.to(device).alias(), FeatureIds?.to(device).alias());
    }

    /// <summary>Some of the rows, as a view that the caller disposes.</summary>
    public BertInputs Slice(Range rows)
    {
        var (start, count) = rows.GetOffsetAndLength(checked((int)Count));
        return Slice(start, count);
    }

    /// <inheritdoc cref="Slice(Range)"/>
    public BertInputs Slice(long start, long count) => new(
        InputIds.narrow(0, start, count), Mask.narrow(0, start, count), SegmentIds.narrow(0, start, count),
        FeatureIds?.narrow(0, start, count));

    public void Dispose()
    {
        InputIds.Dispose();
        Mask.Dispose();
        SegmentIds.Dispose();
        FeatureIds?.Dispose();
    }
}
