using System.Diagnostics;

namespace RealmWeb.Lab;

/// <summary>Programs that this one starts: <c>realm</c>, which stands beside it, and itself.</summary>
internal static class Programs
{
    public const string Realm = "realm";

    public const string Lab = "realm-lab";

    /// <summary>How one of them is started with these arguments; what it prints can be read, what it says on stderr passes through.</summary>
    public static ProcessStartInfo Start(string name, IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        // Without a program for this system the assembly runs in dotnet.
        var start = File.Exists(program)
            ? new ProcessStartInfo(program)
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll")]);
        start.RedirectStandardOutput = true;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
