using RealmWeb.Client.Components.Annotation;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Tests.Components.Annotation;

/// <summary>What the desk says in a line.</summary>
public sealed class DeskSentencesTests
{
    [Fact]
    public void Summary_NamesGradesInWords_WithTheirPassages()
    {
        var content = LabelContent.Empty with
        {
            Passages = [new PassageLabel(1, 0, []), new PassageLabel(2, 3, [new SpanLabel(0, 4)]), new PassageLabel(3, 0, []), new PassageLabel(4, null, [])],
        };

        Assert.Equal("Answers fully: passage 2 · Does not answer: passages 1, 3 · 1 mark", OwnLabels.Summary(content));
        Assert.Equal("No answer here", OwnLabels.Summary(LabelContent.Empty with { NoAnswer = true }));
        Assert.Equal("Nothing said yet", OwnLabels.Summary(LabelContent.Empty));
    }

    [Theory]
    [InlineData("", "the answer is wrong.")]
    [InlineData("It is the generator.", "the answer is wrong; “It is the generator.”")]
    public void AskerSays_EndsWithOneFullStop(string note, string expected) =>
        Assert.Equal(expected, AnnotatePage.AskerSays(new FlagNote(AnswerVerdict.Wrong, false, [], [], note)));
}
