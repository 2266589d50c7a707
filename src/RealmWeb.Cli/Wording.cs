using System.Globalization;

namespace RealmWeb.Cli;

/// <summary>Words that several verbs print.</summary>
internal static class Wording
{
    /// <example>Count(1, "passage") is "1 passage", Count(2, "passage") is "2 passages".</example>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>What a document is called where its file gave it no title, as a row of a table may have none.</summary>
    public static string Title(string title) => title.Length > 0 ? title : "Untitled";
}
