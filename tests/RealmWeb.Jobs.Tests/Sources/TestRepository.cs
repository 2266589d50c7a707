using System.Diagnostics;

namespace RealmWeb.Jobs.Tests.Sources;

/// <summary>A Git repository with a branch "main" and its files, in a folder of its own.</summary>
internal sealed class TestRepository : IDisposable
{
    public TestRepository() => Git("init", "--quiet", "--initial-branch=main");

    public string Folder { get; } = Directory.CreateTempSubdirectory("realm-git-").FullName;

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
        File.WriteAllText(Path.Combine(Folder, path), text);
    }

    public void Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "--message", "Change");
    }

    public void Git(params string[] arguments)
    {
        using var git = Start(arguments);
        git.StandardInput.Close();
        git.StandardOutput.ReadToEnd();
        var errors = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, errors);
    }

    /// <summary>git in this folder, still running.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("git", arguments)
    {
        WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
