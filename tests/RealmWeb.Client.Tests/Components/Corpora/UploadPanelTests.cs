using Bunit;
using MudBlazor;
using RealmWeb.Client.Components.Corpora;

namespace RealmWeb.Client.Tests.Components.Corpora;

/// <summary>The panel that sends files, with the limits of a site that takes two text files at once.</summary>
public sealed class UploadPanelTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData(false, "api/corpora/handbook/files?textColumn=&titleColumn=", "a.txt", "plan.png")]
    [InlineData(true, "api/corpora/handbook/files?textColumn=&titleColumn=&prune=true", "a.txt", "plan.png")]
    [InlineData(true, "api/corpora/handbook/files?textColumn=&titleColumn=", "a.txt", "b.txt", "c.txt")]
    public async Task Pick_AsksToDeleteWhatLeftTheFiles_WhenItIsWantedAndNoneIsMissing(bool wanted, string address, params string[] files)
    {
        var script = _browser.JSInterop.SetupModule("./js/upload.js");
        var attached = script.SetupModule("attach", _ => true);
        attached.Mode = JSRuntimeMode.Loose;
        var panel = _browser.Render<UploadPanel>(parameters => parameters.Add(upload => upload.Corpus, "handbook"));
        panel.WaitForAssertion(() => Assert.Contains(".txt", panel.Find(".drop-zone").TextContent, StringComparison.Ordinal), Patience);
        await panel.InvokeAsync(() => panel.FindComponent<MudCheckBox<bool>>().Instance.ValueChanged.InvokeAsync(wanted));

        await panel.InvokeAsync(() => panel.Instance.OnPicked([.. files.Select(file => new UploadPanel.PickedFile(file, 10))]));

        Assert.Equal(address, attached.VerifyInvoke("send").Arguments[0]);
    }

    [Fact]
    public async Task Panel_SaysHowManyFilesCanBeCompared_WhenTheOthersShallBeDeleted()
    {
        var panel = _browser.Render<UploadPanel>(parameters => parameters.Add(upload => upload.Corpus, "handbook"));
        panel.WaitForAssertion(() => Assert.Contains(".txt", panel.Find(".drop-zone").TextContent, StringComparison.Ordinal), Patience);
        Assert.DoesNotContain("compared", panel.Markup, StringComparison.Ordinal);

        await panel.InvokeAsync(() => panel.FindComponent<MudCheckBox<bool>>().Instance.ValueChanged.InvokeAsync(true));

        Assert.Contains("What is sent at once is compared: up to 2 files.", panel.Markup, StringComparison.Ordinal);
    }
}
