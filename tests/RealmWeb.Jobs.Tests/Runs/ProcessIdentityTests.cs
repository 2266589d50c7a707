using System.Diagnostics;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void Identity_IsOfAProcessThatRuns_AndOfNoOtherWithItsNumber()
    {
        Assert.True(ProcessIdentity.IsAlive(ProcessIdentity.Current));
        using var found = ProcessIdentity.Find(ProcessIdentity.Current);
        Assert.Equal(Environment.ProcessId, found!.Id);

        var parts = ProcessIdentity.Current.Split('/');
        Assert.False(ProcessIdentity.IsAlive($"{parts[0]}/{parts[1]}/1{parts[2]}"));
        Assert.Null(ProcessIdentity.IsAlive($"elsewhere/{parts[1]}/{parts[2]}"));
        Assert.Null(ProcessIdentity.IsAlive("nonsense"));
    }

    [Fact]
    public async Task Identity_IsGone_AsSoonAsTheProcessHasEnded()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        var identity = ProcessIdentity.Of(process);

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // It may have ended before it was named; what had a name is dead now.
        Assert.True(identity is null || ProcessIdentity.IsAlive(identity) == false);
        Assert.Null(ProcessIdentity.Of(process));
    }

    [Fact]
    public async Task Identity_IsGone_WhenNobodyHasAskedHowTheProcessEnded()
    {
        // given a shell that leaves a child behind unasked: on Linux it stays as a zombie, with its number
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0.5 & echo $!; exec sleep 30"]) { RedirectStandardOutput = true })!;
        try
        {
            using var child = Process.GetProcessById(
                int.Parse((await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!,
                System.Globalization.CultureInfo.InvariantCulture));
            var identity = ProcessIdentity.Of(child)!;
            Assert.True(ProcessIdentity.IsAlive(identity));

            for (var waited = 0; waited < 600 && ProcessIdentity.IsAlive(identity) != false; waited++)
                await Task.Delay(50, TestContext.Current.CancellationToken);

            Assert.False(ProcessIdentity.IsAlive(identity));
            Assert.True(File.Exists($"/proc/{child.Id}/stat"), "The child is no zombie.");
        }
        finally
        {
            shell.Kill();
        }
    }
}
