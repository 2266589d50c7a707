using System.Diagnostics;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests;

/// <summary>The golden tests take every size from the fixture: they pass on one of other sizes too (tests/golden/resize.py made it).</summary>
public sealed class GoldenOtherSizeTests
{
    [Fact]
    public async Task GoldenTests_Pass_OnFixturesOfAnotherSize()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-namespace", "RealmWeb.Engine.Tests.Golden"])
        {
            RedirectStandardOutput = true,
            Environment = { ["REALM_GOLDEN"] = Path.Combine(TestPaths.Repository, "tests", "golden-other-size") },
        };
        using var tests = Process.Start(start)!;

        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == 0, output);
        Assert.Matches(@"Total: [1-9]\d+", output);
    }
}
