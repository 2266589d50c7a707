using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class GazetteerTaggerTests
{
    private static readonly GazetteerTagger Tagger = new(["New York", "New York City Hall", "Velm", "U.S.", "Yahoo!", "Café Noir", "", "  Ålund  "]);

    [Theory]
    [InlineData("In [New York] and [New York City Hall], but not New York's hall: [New York].")]
    [InlineData("[Velm]-based, [Velm]; not Velmers, not velm, not aVelm.")]
    [InlineData("The [U.S.] and [Yahoo!]: [Café Noir] at [Ålund]")]
    [InlineData("Newer York, New  York.")]
    [InlineData("")]
    public void Tag_FindsTheLongestNames(string marked)
    {
        // New York's is the name with a possessive, which stays outside.
        SpanMarks.AssertTags(Tagger, marked.Replace("New York's", "[New York]'s", StringComparison.Ordinal));
        Assert.Equal(7, Tagger.Count);
    }

    [Fact]
    public void Load_ReadsANameALine_InStoredForm()
    {
        // given a list with a decomposed é and Windows line ends
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("names.txt"), "Cafe\u0301 Noir\r\n\r\nVelm\r\n");

        SpanMarks.AssertTags(GazetteerTagger.Load(folder.At("names.txt")), "[Café Noir] in [Velm]");
    }

    [Fact]
    public void Load_Refuses_WhatIsNoList()
    {
        using var folder = new TemporaryFolder();
        foreach (var bytes in new byte[][] { [], "\n\n"u8.ToArray(), [0x41, 0xC3, 0x28], [.. Enumerable.Repeat((byte)'a', 500)] })
        {
            var path = folder.Write("names.txt", bytes);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => { GazetteerTagger.Load(path); }).Message, StringComparison.Ordinal);
        }
    }
}
