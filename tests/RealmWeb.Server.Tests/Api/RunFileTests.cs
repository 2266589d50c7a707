using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

[Collection(SiteTests.Name)]
public sealed class RunFileTests(SharedSite shared)
{
    [Fact]
    public async Task Run_GivesItsLogAndItsCurvesAsFiles()
    {
        var store = shared.Site.Services.GetRequiredService<RunStore>();
        var run = await RunSamples.InStateAsync(store, RunState.Running, kind: RunKind.Mlm);
        await store.AppendLogAsync(run.Id, [new("info", "begun"), new("warning", "first\nsecond")], TestContext.Current.CancellationToken);
        for (var step = 1; step <= 1500; step++)
            await store.AppendMetricsAsync(run.Id, "me", step, new Dictionary<string, double> { ["loss"] = 1.5 / step }, "A, B");
        await store.TryTransitionAsync(run.Id, [RunState.Running], RunState.Succeeded, cancellationToken: TestContext.Current.CancellationToken);
        using var admin = await shared.Site.AdminAsync();

        var log = (await admin.GetStringAsync(ApiRoutes.RunLogFile(run.Id), TestContext.Current.CancellationToken)).Split('\n');
        var curves = (await admin.GetStringAsync(ApiRoutes.RunMetricsFile(run.Id), TestContext.Current.CancellationToken)).Split('\n');
        using var missing = await admin.GetAsync(ApiRoutes.RunLogFile(Guid.Empty), TestContext.Current.CancellationToken);

        Assert.Equal(["info    begun", "warning first", "second", ""], log.Select(line => line[(line.IndexOf('Z') + 1)..].Trim()));
        Assert.Equal((1502, "stage,name,step,value", "\"A, B\",loss,1,1.5"), (curves.Length, curves[0], curves[1]));
        await Reply.ProblemAsync(missing, HttpStatusCode.NotFound, "unknown-run");
    }

    [Fact]
    public async Task FormerRun_IsTheOneOfTheSameKindBefore()
    {
        var store = shared.Site.Services.GetRequiredService<RunStore>();
        var first = await RunSamples.InStateAsync(store, RunState.Failed, kind: RunKind.Ict, parameters: """{"Steps":10,"QuestionSets":["a","b"]}""");
        await RunSamples.InStateAsync(store, RunState.Failed, kind: RunKind.Mlm);
        var second = await RunSamples.InStateAsync(store, RunState.Failed, kind: RunKind.Ict);
        using var admin = await shared.Site.AdminAsync();

        var former = await Reply.GetAsync<FormerRun>(admin, ApiRoutes.FormerRun(second.Id));
        using var none = await admin.GetAsync(ApiRoutes.FormerRun(first.Id), TestContext.Current.CancellationToken);

        Assert.Equal((first.Id, "10", "a, b"), (former.Id, former.Parameters["Steps"], former.Parameters["QuestionSets"]));
        Assert.Equal(HttpStatusCode.NoContent, none.StatusCode);
    }
}
