using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

/// <summary>Writes spans as brackets into a text and reads them back, so that tests show what is found.</summary>
internal static class SpanMarks
{
    /// <summary>The text of "In [1837] he left" and its spans.</summary>
    public static (string Text, List<TextSpan> Spans) Read(string marked)
    {
        var (text, spans, start) = (new System.Text.StringBuilder(), new List<TextSpan>(), 0);
        foreach (var c in marked)
        {
            if (c == '[')
                start = text.Length;
            else if (c == ']')
                spans.Add(new TextSpan(start, text.Length));
            else
                text.Append(c);
        }
        return (text.ToString(), spans);
    }

    public static string Write(string text, IReadOnlyList<TextSpan> spans)
    {
        foreach (var span in spans.Reverse())
            text = $"{text[..span.Start]}[{span.Of(text)}]{text[span.End..]}";
        return text;
    }

    public static void AssertTags(ISalientSpanTagger tagger, string marked)
    {
        var (text, _) = Read(marked);
        Assert.Equal(marked, Write(text, tagger.Tag(text)));
    }
}
