using System.Globalization;

namespace RealmWeb.Files;

/// <summary>Memory that this machine, or the container that the program runs in, has left.</summary>
public static class MemoryRoom
{
    /// <summary>Bytes that can be had without swapping; null where the system does not say.</summary>
    public static long? Available()
    {
        var machine = Machine()?.Available;
        return machine is { } free && LeftOfContainer() is { } left ? Math.Min(free, left) : machine;
    }

    /// <summary>Bytes of the whole machine, whatever a container may take of them; null where the system does not say.</summary>
    public static (long Available, long Total)? Machine() => File.Exists("/proc/meminfo") ? MachineIn(File.ReadAllLines("/proc/meminfo")) : null;

    /// <summary>Bytes of /proc/meminfo. What the system holds and gives up when it is needed can be had.</summary>
    public static (long Available, long Total)? MachineIn(IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return (BytesOf("MemAvailable:"), BytesOf("MemTotal:")) is ({ } available, { } total) ? (available, total) : null;

        long? BytesOf(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10
            : null;
    }

    // Files that are read count as used there, and are given up when memory is needed.
    private static long? LeftOfContainer()
    {
        const string group = "/sys/fs/cgroup";
        if (Number($"{group}/memory.max") is not { } most || Number($"{group}/memory.current") is not { } used)
            return null;
        var cached = File.Exists($"{group}/memory.stat")
            ? File.ReadLines($"{group}/memory.stat").Where(line => line.StartsWith("inactive_file ", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))
            : 0;
        return Math.Max(0, most - used + cached);
    }

    // "max" where there is no limit.
    private static long? Number(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>The machine has not enough memory for something.</summary>
/// <param name="work">What needs it, as it begins a sentence.</param>
public sealed class MemoryShortException(string work, long needed, long free) : InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
    $"{work} needs about {needed / 1048576.0:F0} MiB of memory but only {free / 1048576.0:F0} MiB are free. Stop what else runs, or choose a smaller model."))
{
    public long Needed { get; } = needed;
    public long Free { get; } = free;
}
