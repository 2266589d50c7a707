using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Files;
using RealmWeb.Server.Runs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(SiteTests.Name)]
public sealed class HostLoadTests(SharedSite shared)
{
    [Fact]
    public async Task Load_IsThatOfTheMachine()
    {
        using var admin = await shared.Site.AdminAsync();

        var load = await Reply.GetAsync<HostLoad>(admin, ApiRoutes.HostLoad);

        Assert.Equal(Environment.ProcessorCount, load.Cores);
        Assert.InRange(load.DiskFree, 1, load.DiskTotal);
        Assert.True(load.MemoryUsed is null || load.MemoryUsed < load.MemoryTotal);
    }

    [Fact]
    public void Processors_AreBusyWithAllButIdlingAndWaiting() =>
        Assert.Equal((100L + 5 + 50 + 2 + 3 + 1, 1161L), HostMeter.ProcessorsOf("cpu  100 5 50 900 100 2 3 1 7 0"));

    [Fact]
    public void Memory_CountsWhatCanBeHadAsFree()
    {
        Assert.Equal((400L << 10, 1000L << 10), MemoryRoom.MachineIn(["MemTotal:       1000 kB", "MemFree:  10 kB", "MemAvailable:   400 kB"]));
        Assert.Null(MemoryRoom.MachineIn(["MemTotal: 1000 kB"]));
    }

    [Theory]
    [InlineData("512, 1024\n256, 1024\n", 768L << 20, 2048L << 20)]
    [InlineData("No devices were found", null, null)]
    [InlineData("", null, null)]
    public void Graphics_AreAddedUp(string output, long? used, long? total) =>
        Assert.Equal((used, total), (HostMeter.GraphicsOf(output)?.Used, HostMeter.GraphicsOf(output)?.Total));
}
