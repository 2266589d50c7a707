using System.Diagnostics;
using System.Globalization;

namespace RealmWeb.Data.Runs;

/// <summary>Names a process so that another one can tell later whether it is still there. A number alone would not do: numbers are used again.</summary>
public static class ProcessIdentity
{
    /// <summary>This process.</summary>
    public static string Current { get; } = CurrentIdentity();

    /// <summary>machine/number/start, start in seconds since 1970.</summary>
    public static string Of(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{process.Id}/{StartSecond(process)}");
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
        if (elsewhere || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var id) || !long.TryParse(parts[2], CultureInfo.InvariantCulture, out var start))
            return null;
        Process? process = null;
        try
        {
            process = Process.GetProcessById(id);
            // The start is computed from the boot time and may wobble by a moment.
            if (!process.HasExited && Math.Abs(StartSecond(process) - start) <= 2)
                return process;
        }
        catch (ArgumentException)
        {
            // No process has the number.
        }
        catch (InvalidOperationException)
        {
            // It ended while it was looked at.
        }
        process?.Dispose();
        return null;
    }

    private static string CurrentIdentity()
    {
        using var process = Process.GetCurrentProcess();
        return Of(process);
    }

    private static long StartSecond(Process process) => new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
}
