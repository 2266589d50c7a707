using System.Globalization;

namespace RealmWeb.Files;

/// <summary>Time that a thread has had on a processor. On a busy machine that is far less than what passed.</summary>
public sealed class ThreadTime
{
    // Of "tid (name) state …", counted from the state: in user mode and in the kernel.
    private const int UserAt = 11, KernelAt = 12;

    // Of a second; Linux tells all programs so, whatever its own clock is.
    private const int Ticks = 100;

    private readonly string _file;

    private ThreadTime(string file) => _file = file;

    /// <summary>Of the thread that calls; null where the system does not tell.</summary>
    public static ThreadTime? OfThis()
    {
        // Leads to "PID/task/TID", which other threads can read too.
        var link = OperatingSystem.IsLinux() ? new FileInfo("/proc/thread-self").LinkTarget : null;
        return link is not null && $"/proc/{link}/stat" is var file && File.Exists(file) ? new ThreadTime(file) : null;
    }

    /// <summary>So far; null where the thread has ended.</summary>
    public TimeSpan? Used()
    {
        try
        {
            var fields = ProcessStat.FieldsOf(_file);
            var ticks = long.Parse(fields[UserAt], CultureInfo.InvariantCulture) + long.Parse(fields[KernelAt], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds((double)ticks / Ticks);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
