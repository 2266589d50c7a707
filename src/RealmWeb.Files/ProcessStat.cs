using System.Globalization;

namespace RealmWeb.Files;

/// <summary>What Linux tells about a process in /proc/PID/stat.</summary>
/// <param name="State">Z for one that ended and that nobody has asked about yet, X for one that is being removed.</param>
/// <param name="MinorFaults">Pages that it had to be given or had to have zeroed so far.</param>
/// <param name="StartTicks">Clock ticks from the start of the machine to its own.</param>
public sealed record ProcessStat(string State, long MinorFaults, long StartTicks)
{
    // Of "pid (name) state ppid pgrp session tty tpgid flags minflt …", counted from the state.
    private const int MinorFaultsAt = 7;
    private const int StartTicksAt = 19;

    private static string FileOf(string process) => $"/proc/{process}/stat";

    /// <summary>Of this process; null where there is no such file.</summary>
    public static ProcessStat? OfSelf() => File.Exists(FileOf("self")) ? Read("self") : null;

    /// <exception cref="IOException">There is no such process, or it ended while it was looked at.</exception>
    public static ProcessStat Of(int process) => Read(process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Of "pid (name) state …", the fields from the state on, of a process or of one of its threads.</summary>
    internal static string[] FieldsOf(string file)
    {
        var line = File.ReadAllText(file);
        // A name may have blanks and brackets of its own.
        return line[(line.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static ProcessStat Read(string process)
    {
        var fields = FieldsOf(FileOf(process));
        return new ProcessStat(
            fields[0], long.Parse(fields[MinorFaultsAt], CultureInfo.InvariantCulture), long.Parse(fields[StartTicksAt], CultureInfo.InvariantCulture));
    }
}
