using Hangfire;
using RealmWeb.Data.Runs;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class TwoHostsTests
{
    [Fact]
    public void Job_IsMadeByTheHostThatHasItsRun_WhenAnotherHostWasConfiguredLater()
    {
        using var first = new TempData(services => services.AddRealmJobs());
        using var second = new TempData(services => services.AddRealmJobs());
        first.Get<IGlobalConfiguration>();
        second.Get<IGlobalConfiguration>();

        using var job = first.Get<JobActivator>().BeginScope((JobActivatorContext)null!);

        Assert.Same(first.Get<RunStore>(), job.Resolve(typeof(RunStore)));
    }
}
