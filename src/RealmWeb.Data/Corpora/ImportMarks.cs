using System.Data.Common;

namespace RealmWeb.Data.Corpora;

/// <summary>Reads when a text came in, by whom and with which run.</summary>
internal static class ImportMarks
{
    /// <param name="first">The first of three columns: UTC ticks, name, run.</param>
    public static ImportMark Read(DbDataReader reader, int first)
    {
        var (by, run) = (reader.IsDBNull(first + 1) ? null : reader.GetString(first + 1), reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2));
        return new ImportMark(At(reader.GetInt64(first)), by is null && run is null ? null : new Importer(by ?? "", run));
    }

    public static DateTimeOffset At(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
