namespace RealmWeb.TestKit;

/// <summary>Where tests find what stands beside the code.</summary>
public static class TestPaths
{
    /// <summary>Root of the repository: the folder of RealmWeb.sln above the test's output.</summary>
    public static string Repository { get; } = FindUp("RealmWeb.sln");

    /// <summary>Folder of golden fixtures: REALM_GOLDEN, else ../shared/golden, else the copy in tests/golden.</summary>
    public static string Golden { get; } =
        Environment.GetEnvironmentVariable("REALM_GOLDEN") is { Length: > 0 } given ? given
        : Path.Combine(Repository, "..", "shared", "golden") is var shared && Directory.Exists(shared) ? shared
        : Path.Combine(Repository, "tests", "golden");

    private static string FindUp(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, name)))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No {name} above {AppContext.BaseDirectory}. Run the tests from a checkout of the repository.");
    }
}
