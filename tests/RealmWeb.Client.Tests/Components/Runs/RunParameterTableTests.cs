using Bunit;
using MudBlazor.Services;
using RealmWeb.Client.Components.Runs;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Components.Runs;

public sealed class RunParameterTableTests : IAsyncDisposable
{
    private readonly BunitContext _browser = new();

    public RunParameterTableTests()
    {
        _browser.Services.AddMudServices();
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Table_ShowsWhatChanged_SinceTheRunBefore()
    {
        var former = new FormerRun(Guid.NewGuid(), "old", DateTimeOffset.UnixEpoch, new Dictionary<string, string> { ["Steps"] = "100", ["Seed"] = "1" });
        var table = _browser.Render<RunParameterTable>(parameters => parameters
            .Add(shown => shown.Parameters, new Dictionary<string, string> { ["Steps"] = "200", ["Seed"] = "1", ["Model"] = "" })
            .Add(shown => shown.Former, former));
        var all = table.FindAll("tbody th").Select(cell => cell.TextContent);

        await table.InvokeAsync(() => table.Find("input[type=checkbox]").Change(true));

        Assert.Equal(["Steps", "Seed", "Model"], all);
        Assert.Equal(["Steps"], table.FindAll("tbody th").Select(cell => cell.TextContent));
        Assert.Equal(("100", "200"), (table.Find("del").TextContent, table.Find("ins").TextContent));
        Assert.Equal($"runs/{former.Id}", table.Find("section a").GetAttribute("href"));
    }

    [Fact]
    public void Table_ShowsValuesAlone_WhenItIsTheFirstOfItsKind()
    {
        var table = _browser.Render<RunParameterTable>(parameters => parameters
            .Add(shown => shown.Parameters, new Dictionary<string, string> { ["Steps"] = "200", ["Model"] = "" }));

        Assert.Equal(["200", "the one in production"], table.FindAll("tbody td").Select(cell => cell.TextContent.Trim()));
        Assert.Empty(table.FindAll("del, ins, input"));
    }
}
