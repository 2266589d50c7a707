using RealmWeb.Client.Components.Shared;

namespace RealmWeb.Client.Tests.Components.Shared;

public sealed class WordSpansTests
{
    [Theory]
    [InlineData("Paper, made by Cai Lun.", "Paper|made|by|Cai|Lun")]
    [InlineData("don't pay 1,000.50 for well-known 'things'.", "don't|pay|1,000.50|for|well-known|things")]
    [InlineData("cafe\u0301 na\u00efve \U0001d400\U0001d401 5\u20e3", "cafe\u0301|na\u00efve|\U0001d400\U0001d401|5\u20e3")]
    [InlineData("蔡伦 made 紙", "蔡|伦|made|紙")]
    [InlineData("שלום עולם", "שלום|עולם")]
    [InlineData("a\r\nb - c. 3.", "a|b|c|3")]
    [InlineData(" … \U0001f600 ", "")]
    [InlineData("", "")]
    public void Of_FindsWords(string text, string words) =>
        Assert.Equal(words, string.Join('|', WordSpans.Of(text).Select(word => text[word.Start..word.End])));

    [Theory]
    [InlineData("made by Cai Lun", 6, 10, "by Cai")]
    [InlineData("made by Cai Lun", 9, 9, "Cai")]
    [InlineData("made by Cai Lun", 4, 5, null)]
    [InlineData("made by Cai Lun", 4, 9, "by Cai")]
    [InlineData("made by Cai Lun", 0, 15, "made by Cai Lun")]
    [InlineData("made by Cai Lun", 15, 15, null)]
    public void Snap_WidensToWholeWords(string text, int start, int end, string? marked) =>
        Assert.Equal(marked, WordSpans.Snap(text, start, end) is { } span ? text[span.Start..span.End] : null);

    [Theory]
    [InlineData("a\U0001f600b", 1, 1, 3)]
    [InlineData("a\U0001f600b", 3, -1, 1)]
    [InlineData("cafe\u0301s", 3, 1, 5)]
    [InlineData("ab", 2, 1, 2)]
    [InlineData("ab", 0, -1, 0)]
    public void Step_KeepsCharactersWhole(string text, int at, int direction, int reached) => Assert.Equal(reached, WordSpans.Step(text, at, direction));
}
