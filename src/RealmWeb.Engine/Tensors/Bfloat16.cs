using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace RealmWeb.Engine.Tensors;

/// <summary>Whether computing in bfloat16 saves time.</summary>
public static class Bfloat16
{
    // CPUID leaf 7, sub-leaf 1: bit 5 of EAX says that the processor multiplies bfloat16 (AVX512_BF16; with AMX it has that too).
    private const int Leaf = 7, SubLeaf = 1, Bit = 5;

    /// <summary>True on CUDA devices and on processors with instructions for it; elsewhere libtorch converts back and forth and is slower than in 32
    /// bits.</summary>
    public static bool IsFastOn(DeviceType device) => device == DeviceType.CUDA || device == DeviceType.CPU && ProcessorHasIt;

    private static bool ProcessorHasIt { get; } =
        OperatingSystem.IsLinux() && Avx512F.IsSupported && X86Base.CpuId(Leaf, 0).Eax >= SubLeaf && (X86Base.CpuId(Leaf, SubLeaf).Eax >> Bit & 1) != 0;
}
