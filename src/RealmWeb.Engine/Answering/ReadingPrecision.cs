using RealmWeb.Engine.Tensors;
using TorchSharp;

namespace RealmWeb.Engine.Answering;

/// <summary>Numbers that the encoder of the reader computes with while questions are answered.</summary>
/// <remarks>Vectors of questions and of blocks are always computed in 32 bits: those of an index come from many runs and machines, and belong together.
/// So are the scores of spans, which would be rounded to eight bits otherwise.</remarks>
public enum ReadingPrecision
{
    /// <summary>bfloat16 on processors that multiply it, else 32 bits.</summary>
    Auto,

    /// <summary>32 bits.</summary>
    Fp32,

    /// <summary>bfloat16, also where that is slower.</summary>
    Bf16,
}

/// <summary>What a precision means on a device.</summary>
public static class ReadingPrecisions
{
    /// <summary>Whether to compute in bfloat16.</summary>
    /// <exception cref="TorchUnavailableException">bfloat16 is asked for and this libtorch has no autocast that can be called.</exception>
    public static bool IsBfloat16(this ReadingPrecision precision, DeviceType device)
    {
        if (precision == ReadingPrecision.Bf16)
            Autocast.Require();
        return precision == ReadingPrecision.Bf16
            || precision == ReadingPrecision.Auto && device == DeviceType.CPU && Bfloat16.IsFastOn(device) && Autocast.IsAvailable;
    }
}
