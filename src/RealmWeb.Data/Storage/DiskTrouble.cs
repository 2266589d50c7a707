using System.Data.Common;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sqlite;
using RealmWeb.Files;

namespace RealmWeb.Data.Storage;

/// <summary>What the disk or a file on it did.</summary>
public enum DiskFault
{
    /// <summary>It takes no more.</summary>
    Full,

    /// <summary>A file is not what was written.</summary>
    Damaged,

    /// <summary>It may not be written.</summary>
    ReadOnly,
}

/// <summary>What an exception tells about the disk, wherever it came from: files, a database, or EF Core around it.</summary>
/// <param name="Sentence">What happened and what to do.</param>
public sealed record DiskTrouble(DiskFault Fault, string Sentence)
{
    // EROFS of Linux and macOS.
    private const int ReadOnlyFileSystem = 30;

    /// <returns>Null for an exception of another kind.</returns>
    public static DiskTrouble? Of(Exception exception)
    {
        for (var failure = exception; failure is not null; failure = failure.InnerException)
        {
            if (OfOne(failure) is { } trouble)
                return trouble;
        }
        return null;
    }

    private static DiskTrouble? OfOne(Exception failure) => failure switch
    {
        DiskFullException => new(DiskFault.Full, failure.Message),
        IOException full when DiskFullException.Is(full) => Full(full.Message),
        // What .NET makes of "file too large": by a limit of the process, or by a file system that takes no longer ones.
        ArgumentOutOfRangeException tooLong when tooLong.TargetSite?.DeclaringType == typeof(RandomAccess) => Full("a file cannot grow"),
        DbException full when SqliteErrors.IsDiskFull(full) => Full("the database cannot grow"),
        DatabaseDamagedException or CorpusDamagedException => new(DiskFault.Damaged, failure.Message),
        DbException damaged when SqliteErrors.IsDamage(damaged) => new(DiskFault.Damaged,
            $"A database in the data folder is damaged ({damaged.Message.TrimEnd('.')}). Restore it from a backup; the log says which work met it."),
        DbException closed when SqliteErrors.IsReadOnly(closed) => ReadOnly(closed.Message),
        UnauthorizedAccessException closed => ReadOnly(closed.Message),
        IOException { HResult: ReadOnlyFileSystem } closed => ReadOnly(closed.Message),
        _ => null,
    };

    private static DiskTrouble Full(string what) =>
        new(DiskFault.Full, $"The data disk is full, or a quota or a limit for files is reached ({what.TrimEnd('.')}). Free space, then try again.");

    private static DiskTrouble ReadOnly(string what) =>
        new(DiskFault.ReadOnly, $"The data folder cannot be written ({what.TrimEnd('.')}). Let the account that this program runs under write it.");
}
