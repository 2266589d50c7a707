namespace RealmWeb.Client.Components.Shared;

/// <summary>Numbers, sizes and times in words.</summary>
public static class Wording
{
    /// <example>Count(1, "passage") is "1 passage", Count(48120, "passage") is "48,120 passages".</example>
    public static string Count(long count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>What a document is called where its file gave it no title, as a row of a table may have none: links need words.</summary>
    /// <param name="source">Its id in its file; empty where that is not known.</param>
    public static string Title(string title, string source = "") => title.Length > 0 ? title : source.Length > 0 ? source : "Untitled";

    public static string Number(long count) => count.ToString("N0");

    /// <param name="share">0..1.</param>
    public static string Percent(double share) => share is > 0 and < 0.001 ? "< 0.1 %" : share.ToString("0.0 %").Replace("100.0 %", "100 %");

    /// <summary>A measured figure with about four digits.</summary>
    public static string Figure(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e9 or < 1e-3 => value.ToString("0.###E0"),
        >= 1000 => value.ToString("N0"),
        _ => value.ToString("G4"),
    };

    public static string Milliseconds(double milliseconds) => milliseconds < 1000 ? $"{milliseconds:0} ms" : $"{milliseconds / 1000:0.0} s";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{bytes / 1024.0:0.#} KB",
        < 1024L * 1024 * 1024 => $"{bytes / (1024.0 * 1024):0.#} MB",
        _ => $"{bytes / (1024.0 * 1024 * 1024):0.#} GB",
    };

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalMinutes: < 1 } => $"{time.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes} min",
        _ => $"{time.Days} d {time.Hours} h",
    };

    /// <summary>A name for addresses and the command line: lower-case letters, digits and hyphens.</summary>
    public static string Slug(string title) => string.Join('-', new string(
        [.. title.ToLowerInvariant().Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalMinutes: < 60 } past => $"{Math.Max(1, (int)past.TotalMinutes)} min ago",
        { TotalHours: < 24 } past => $"{(int)past.TotalHours} h ago",
        { TotalDays: < 14 } past => $"{(int)past.TotalDays} d ago",
        _ => then.ToLocalTime().ToString("yyyy-MM-dd"),
    };
}
