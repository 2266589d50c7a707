using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tensors;

/// <summary>Scalars that live as long as the program.</summary>
/// <remarks>A number given to a tensor operation becomes a Scalar that nothing holds: the garbage collector may free it while libtorch is still
/// reading it ("Exception raised from toLong at Scalar.h", once in some hundred thousand calls). What runs for every batch takes these. The sum of
/// two tensors is such an operation too: TorchSharp passes the factor 1 along.</remarks>
internal static class Constants
{
    public static readonly Scalar Zero = 0;
    public static readonly Scalar One = 1;
    public static readonly Scalar TenThousand = 10_000;
    public static readonly Scalar MinusTenThousand = -10_000f;
    public static readonly Scalar MinusInfinity = float.NegativeInfinity;

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);
}
