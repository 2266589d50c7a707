using System.Globalization;

namespace RealmWeb.Files;

/// <summary>The disk has no room for something.</summary>
/// <param name="work">What needs the room, as it begins a sentence.</param>
public sealed class DiskFullException(string work, long needed, long free) : IOException(string.Create(CultureInfo.InvariantCulture,
    $"{work} needs {needed / 1048576.0:F1} MiB but only {free / 1048576.0:F1} MiB may be used on the data disk. Free space, then try again."))
{
    // No space left, quota exceeded (Linux, macOS), file too large for a limit of the process; ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL.
    private static readonly int[] Codes = [28, 122, 69, 27, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public long Needed { get; } = needed;
    public long Free { get; } = free;

    /// <summary>Whether an exception of the system says that the disk takes no more.</summary>
    public static bool Is(IOException failure) => failure is DiskFullException || Codes.Contains(failure.HResult);
}
