using System.Runtime.InteropServices;
using TorchSharp;

namespace RealmWeb.Engine.Tensors;

/// <summary>Lets libtorch compute in bfloat16 where that is safe (matrix products, attention) while weights, gradients and the optimiser stay in
/// 32 bits: automatic mixed precision.</summary>
/// <remarks>TorchSharp has no autocast, so libtorch's own functions are called by the names that the C++ compilers of Linux and macOS give them.
/// It holds for the calling thread, from the constructor to <see cref="Dispose"/>, which must be called on the same thread. The range of a
/// bfloat16 is that of a float: no scaling of the loss is needed.</remarks>
public sealed unsafe class Autocast : IDisposable
{
    // c10::ScalarType::BFloat16.
    private const sbyte BFloat16 = 15;

    private readonly sbyte _device;
    private readonly bool _before;

    /// <param name="device">Where the tensors are. libtorch has it for the CPU too, but slower than 32 bits without AMX.</param>
    /// <exception cref="TorchUnavailableException">This libtorch has no such functions, as on Windows.</exception>
    public Autocast(DeviceType device)
    {
        Require();
        _device = (sbyte)device;
        _before = Functions.IsEnabled(_device) != 0;
        Functions.SetType(_device, BFloat16);
        Functions.SetEnabled(_device, 1);
        Functions.IncrementNesting();
    }

    /// <summary>Whether this libtorch has the functions.</summary>
    public static bool IsAvailable => Functions.Found;

    /// <exception cref="TorchUnavailableException">This libtorch has no such functions, as on Windows.</exception>
    public static void Require()
    {
        if (!Functions.Found)
            throw new TorchUnavailableException("This libtorch has no autocast that can be called from here (it has on Linux). Choose precision fp32.");
    }

    public void Dispose()
    {
        // Weights are kept in bfloat16 for the time of a step; the optimiser then changes them.
        if (Functions.DecrementNesting() == 0)
            Functions.ClearCache();
        Functions.SetEnabled(_device, _before ? (byte)1 : (byte)0);
    }

    /// <summary>Computes in 32 bits again on this thread, until what comes back is disposed.</summary>
    /// <returns>Null where nothing has to be put back.</returns>
    public static IDisposable? Pause(DeviceType device)
    {
        if (!Functions.Found || Functions.IsEnabled((sbyte)device) == 0)
            return null;
        Functions.SetEnabled((sbyte)device, 0);
        return new Paused((sbyte)device);
    }

    /// <summary>Forgets the weights in bfloat16 that this thread keeps for its step. Call it between a pass without a graph and one with: what the first kept
    /// has
    /// no graph, and weights that the second took from it would get no gradient. Does nothing outside of autocast.</summary>
    public static void ForgetWeights()
    {
        if (Functions.Found)
            Functions.ClearCache();
    }

    private sealed class Paused(sbyte device) : IDisposable
    {
        public void Dispose() => Functions.SetEnabled(device, 1);
    }

    private static class Functions
    {
        public static readonly bool Found;
        public static readonly delegate* unmanaged<sbyte, byte> IsEnabled;
        public static readonly delegate* unmanaged<sbyte, byte, void> SetEnabled;
        public static readonly delegate* unmanaged<sbyte, sbyte, void> SetType;
        public static readonly delegate* unmanaged<int> IncrementNesting;
        public static readonly delegate* unmanaged<int> DecrementNesting;
        public static readonly delegate* unmanaged<void> ClearCache;

        static Functions()
        {
            // The symbols of a library's dependencies are found through it, whichever libtorch it is bound to.
            if (!NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out var library))
                return;
            Found = NativeLibrary.TryGetExport(library, "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out var isEnabled)
                & NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var setEnabled)
                & NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var setType)
                & NativeLibrary.TryGetExport(library, "_ZN2at8autocast17increment_nestingEv", out var increment)
                & NativeLibrary.TryGetExport(library, "_ZN2at8autocast17decrement_nestingEv", out var decrement)
                & NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clear);
            IsEnabled = (delegate* unmanaged<sbyte, byte>)isEnabled;
            SetEnabled = (delegate* unmanaged<sbyte, byte, void>)setEnabled;
            SetType = (delegate* unmanaged<sbyte, sbyte, void>)setType;
            IncrementNesting = (delegate* unmanaged<int>)increment;
            DecrementNesting = (delegate* unmanaged<int>)decrement;
            ClearCache = (delegate* unmanaged<void>)clear;
        }
    }
}
