using Bunit;
using RealmWeb.Client.Components.Shared;

namespace RealmWeb.Client.Tests.Components.Shared;

public sealed class SpanMarkerTests : ComponentTests
{
    private const string Text = "Paper was first made by Cai Lun, in China, long before it was made here.";

    [Theory]
    [InlineData(null, "ArrowRight", false, false, "Paper")]
    [InlineData(null, "ArrowLeft", false, false, "here")]
    [InlineData("Cai", "ArrowRight", false, false, "Lun")]
    [InlineData("Cai Lun", "ArrowRight", false, false, "in")]
    [InlineData("Cai", "ArrowLeft", false, false, "by")]
    [InlineData("Paper", "ArrowLeft", false, false, "Paper")]
    [InlineData("Paper", "ArrowDown", false, false, "before")]
    [InlineData("here", "ArrowUp", false, false, "by")]
    [InlineData("Cai", "ArrowRight", true, false, "Cai Lun")]
    [InlineData("Cai Lun", "ArrowLeft", true, false, "Cai")]
    [InlineData("Cai", "ArrowLeft", true, false, "Cai")]
    [InlineData("Cai", "ArrowRight", false, true, "Cai ")]
    [InlineData("Cai", "ArrowLeft", false, true, "Ca")]
    [InlineData("Cai Lun", "ArrowDown", true, false, "Cai Lun, in China, long before it was made here")]
    public void Arrows_MoveAndStretchTheMark(string? marked, string key, bool shift, bool alt, string expected)
    {
        var start = marked is null ? -1 : Text.IndexOf(marked, StringComparison.Ordinal);

        var span = SpanMarker.Moved(Text, marked is null ? null : (start, start + marked.Length), key, shift, alt);

        Assert.Equal(expected, Text[span!.Value.Start..span.Value.End]);
    }

    [Fact]
    public void Arrows_DoNothing_WhereThereAreNoWords() => Assert.Null(SpanMarker.Moved(" … ", null, "ArrowRight", false, false));

    [Fact]
    public async Task Selection_IsMarkedInWholeWords_AndSaid()
    {
        (int Start, int End)? span = null;
        var marker = Browser.Render<SpanMarker>(parameters => parameters
            .Add(it => it.Text, Text).Add(it => it.Id, "text").Bind(it => it.Span, span, changed => span = changed));

        await marker.InvokeAsync(() => marker.Instance.OnSelected(25, 29));
        marker.Render(parameters => parameters.Add(it => it.Span, span));

        Assert.Equal("Cai Lun", marker.Find("#text mark").TextContent);
        Assert.Equal(Text, marker.Find("#text").TextContent);
        Assert.Equal("Marked: Cai Lun", marker.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Buttons_StretchTheMark_WhereThereAreNoArrowKeys()
    {
        (int Start, int End)? span = (24, 27);
        var marker = Browser.Render<SpanMarker>(parameters => parameters
            .Add(it => it.Text, Text).Add(it => it.Id, "text").Bind(it => it.Span, span, changed => span = changed));

        await marker.InvokeAsync(() => marker.FindAll(".span-tools button")[1].Click());

        Assert.Equal((24, 31), span);
    }
}
