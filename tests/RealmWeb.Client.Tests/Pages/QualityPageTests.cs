using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class QualityPageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Figures_HaveTheirIntervalAndN_AndAConflictIsResolved()
    {
        ConflictPassage passage = new(1, "Amazon", "Orellana led them.", 3, [new SpanLabel(0, 8)]);
        _site.Annotation.Report = new("rivers", null, [0], new(0.415, 0.2, 0.6, 12), new(null, null, null, 0),
            [new("ann", "bob", new(0.4, null, null, 3), new(0.5, 0.1, 0.9, 3))],
            [new(7, "Who led them?", [new(21, "ann", true, false, "", "", []), new(22, "bob", false, false, "", "sure", [passage])])], []);
        var page = _browser.Render<QualityPage>();

        page.WaitForAssertion(() => Assert.Contains("0.20 to 0.60, n = 12", page.Find(".figures").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("nothing to compare yet", page.Find(".figures").TextContent, StringComparison.Ordinal);
        Assert.Equal("Orellana", page.Find(".conflict-passage mark").TextContent);
        await page.InvokeAsync(() => page.FindAll(".conflict-side button")[1].Click());

        page.WaitForAssertion(() => Assert.Contains("No labels contradict", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal([22L], _site.Annotation.Chosen);
    }

    [Fact]
    public async Task Conflict_IsMerged_PassageByPassage_AndAnnotatorsHaveTheirHistory()
    {
        ConflictPassage Of(int rank, string title, int grade, params SpanLabel[] spans) => new(rank, title, "Orellana led them.", grade, spans);
        _site.Annotation.Report = new("rivers", null, [0], new(null, null, null, 0), new(null, null, null, 0), [],
            [new(7, "Who led them?", [
                new(21, "ann", false, false, "", "", [Of(1, "Amazon", 3, new SpanLabel(0, 8)), Of(2, "Napo", 0)]),
                new(22, "bob", true, false, "", "", [Of(1, "Amazon", 0), Of(2, "Napo", 0)]),
            ])],
            [new("ann", 12, 9, 2, 1, new(0.4, 0.1, 0.7, 5), [new(new(2026, 3, 2), 12)], [])]);
        var page = _browser.Render<QualityPage>();
        page.WaitForElement(".conflict-passage", Patience);

        // What they differ in stands out.
        Assert.Equal([true, false, true, false], page.FindAll(".conflict-passage").Select(passage => passage.ClassList.Contains("conflict-differs")));
        await page.InvokeAsync(() => page.Find("button[aria-label='Merge the labels of item 7']").Click());
        Assert.Equal([true, true, true, false, false, false], page.FindAll(".conflict-side input").Select(choice => choice.HasAttribute("checked")));
        await page.InvokeAsync(() => page.FindAll(".conflict-side")[1].QuerySelectorAll("input")[2].Change("on"));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Contains("Save the merged", StringComparison.Ordinal)).Click());

        page.WaitForAssertion(() => Assert.Single(_site.Annotation.Merged), Patience);
        Assert.Equal((7L, 21L), (_site.Annotation.Merged[0].Item, _site.Annotation.Merged[0].Request.Whole));
        Assert.Equal([new MergedPassage(21, 1), new MergedPassage(22, 2)], _site.Annotation.Merged[0].Request.Passages);
        Assert.Contains("ann", page.Find("section[aria-labelledby=annotators-head] tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void RightAnswers_HaveNAndInterval_ByModelAndWeek_TheNewestFirst()
    {
        _site.Annotation.Report = new("rivers", null, [0], new(null, null, null, 0), new(null, null, null, 0), [], [], []);
        Figure of3 = new(0.667, 0.21, 0.94, 3), of1 = new(1, 0.21, 1, 1);
        _site.Annotation.Accuracy = new(
            "rivers", of3, [new("better", of1, DateTimeOffset.UnixEpoch), new("tiny", of3, DateTimeOffset.UnixEpoch)],
            [new(new(2026, 2, 23), of3), new(new(2026, 3, 2), of1)]);

        var page = _browser.Render<QualityPage>();

        page.WaitForAssertion(() => Assert.Contains("0.21 to 0.94, n = 3", Section(page), StringComparison.Ordinal), Patience);
        Assert.Equal(
            ["better", "tiny", "2026-03-02", "2026-02-23"],
            page.FindAll("section[aria-labelledby=live-head] tbody tr").Select(row => row.QuerySelector("td")!.TextContent.Trim()));
        // All right: at the end of the bar.
        Assert.Equal("196", page.FindAll(".interval circle")[0].GetAttribute("cx"));

        static string Section(IRenderedComponent<QualityPage> page) => page.Find("section[aria-labelledby=live-head]").TextContent;
    }

    [Fact]
    public async Task FileOfLabels_IsSentInItsForm_AndWhatCameOfItIsSaid()
    {
        _site.Annotation.Report = new("rivers", null, [0], new(null, null, null, 0), new(null, null, null, 0), [], [], []);
        var page = _browser.Render<QualityPage>();
        page.WaitForElement("#import-form", Patience);
        await page.InvokeAsync(() => page.Find("#import-form").Change("Squad"));

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("{}", "labels.json"));

        page.WaitForAssertion(() => Assert.Contains("3 labels added, 1 label already there.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("labels.jsonl:5: There is no question.", page.Markup, StringComparison.Ordinal);
        Assert.Equal([("rivers", "Squad", "labels.json", "{}")], _site.Annotation.Imported);
    }

    [Fact]
    public void Annotator_IsToldThatQualityIsForCurators()
    {
        _site.Me = new("ann", [Roles.Annotator], false, true);

        var page = _browser.Render<QualityPage>();

        page.WaitForAssertion(() => Assert.Contains("for curators", page.Find(".notice").TextContent, StringComparison.Ordinal), Patience);
    }
}
