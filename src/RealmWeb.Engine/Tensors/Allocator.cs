using System.Runtime.InteropServices;
using RealmWeb.Files;

namespace RealmWeb.Engine.Tensors;

/// <summary>Memory of tensors on the CPU.</summary>
/// <remarks>libtorch asks glibc for every buffer. By default glibc maps a large buffer afresh and hands it back when it is freed, so each step of
/// training, and each answer, faults in and zeroes the same pages again: hundreds of megabytes a step, an eighth of the time of a training.
/// docs/performance.md has figures.</remarks>
public static partial class Allocator
{
    // Of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapMax = -4;

    private static readonly Lock Gate = new();
    private static bool _done;

    /// <summary>Lets this process keep freed memory for its next step instead of handing it back: for processes that train or answer, whose
    /// steps need the same memory over and over. Does nothing without glibc, or where the environment sets malloc up itself (<c>MALLOC_…_</c>).</summary>
    /// <returns>Whether malloc is set so.</returns>
    public static bool KeepFreedMemory()
    {
        lock (Gate)
            return _done = _done || Set();
    }

    /// <summary>Pages that this process had to be given or had to have zeroed so far (minor faults); null where Linux does not count them.</summary>
    public static long? PageFaults() => ProcessStat.OfSelf()?.MinorFaults;

    private static bool Set()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var glibc)
            || !NativeLibrary.TryGetExport(glibc, "gnu_get_libc_version", out _))
            return false;
        if (Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal) && name.EndsWith('_')))
            return false;
        // No buffer in a mapping of its own; never give back from the heap's end; grow the heap by 256 MiB at a time.
        return SetOption(MapMax, 0) != 0 && SetOption(TrimThreshold, -1) != 0 && SetOption(TopPad, 256 << 20) != 0;
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int parameter, int value);
}
