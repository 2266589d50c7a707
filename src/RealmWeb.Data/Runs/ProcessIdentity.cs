using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RealmWeb.Files;

namespace RealmWeb.Data.Runs;

/// <summary>Names a process so that another one can tell later whether it is still there. A number alone would not do: numbers are used again.</summary>
/// <remarks>On Linux the start counts from the machine's own start, which has a name: a clock that is set anew, as after a suspended virtual machine, must not
/// make the living look dead.</remarks>
public static class ProcessIdentity
{
    private static readonly string? BootId = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : null;

    /// <summary>This process.</summary>
    public static string Current { get; } = CurrentIdentity();

    /// <summary>machine/number/start; null where it has ended already.</summary>
    public static string? Of(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return StartOf(process) is { } start ? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{process.Id}/{start}") : null;
    }

    /// <summary>Whether the named process still runs; null when it belongs to another machine, of which nothing is known here.</summary>
    public static bool? IsAlive(string identity)
    {
        using var process = Find(identity, out var elsewhere);
        return elsewhere ? null : process is not null;
    }

    /// <summary>The named process if it still runs on this machine. The caller disposes it.</summary>
    public static Process? Find(string identity) => Find(identity, out _);

    private static Process? Find(string identity, out bool elsewhere)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var parts = identity.Split('/');
        elsewhere = parts.Length != 3 || parts[0] != Environment.MachineName;
        if (elsewhere || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var id))
            return null;
        Process? process = null;
        try
        {
            process = Process.GetProcessById(id);
            if (StartOf(process) is { } start && IsSame(start, parts[2]))
                return process;
        }
        catch (ArgumentException)
        {
            // No process has the number.
        }
        process?.Dispose();
        return null;
    }

    private static string CurrentIdentity()
    {
        using var process = Process.GetCurrentProcess();
        return Of(process)!;
    }

    // Null where the process has ended: gone, or a zombie that nobody has asked about yet.
    private static string? StartOf(Process process)
    {
        try
        {
            if (BootId is null)
                return process.HasExited ? null : Number(new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds());
            var stat = ProcessStat.Of(process.Id);
            return stat.State is "Z" or "X" ? null : $"{Number(stat.StartTicks)}@{BootId}";
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or IOException)
        {
            // It ended while it was looked at.
            return null;
        }
    }

    // Seconds since 1970 are computed from the time of the machine's start and may wobble by a moment.
    private static bool IsSame(string start, string named) => start == named
        || BootId is null && long.TryParse(start, CultureInfo.InvariantCulture, out var a) && long.TryParse(named, CultureInfo.InvariantCulture, out var b)
            && Math.Abs(a - b) <= 2;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
