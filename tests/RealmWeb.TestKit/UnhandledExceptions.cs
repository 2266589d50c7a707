using System.Text.RegularExpressions;

namespace RealmWeb.TestKit;

/// <summary>What a site's log says of requests that ended where nothing had foreseen it.</summary>
public static partial class UnhandledExceptions
{
    /// <exception cref="InvalidOperationException">The log tells of one.</exception>
    public static void RefuseIn(string log)
    {
        if (Told.Match(log) is { Success: true } unhandled)
            throw new InvalidOperationException($"The site wrote of an unhandled exception: {unhandled.Value}");
    }

    [GeneratedRegex("(An unhandled exception has occurred|Unhandled exception\\.).*")]
    private static partial Regex Told { get; }
}
