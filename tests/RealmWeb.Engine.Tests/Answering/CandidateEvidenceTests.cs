using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Answering;

public sealed class CandidateEvidenceTests
{
    private static readonly string[] Texts = ["Bell and Gray.", "Gray made it.", "It was Meucci.", "The Meucci!"];

    private static readonly Candidates Found = new(
        [.. Texts.Select((text, i) => new StoredBlock(i + 1, Block.Create("", text, 0), 1))], [0, 0, 0, 0], [0, 0, 0, 0], null);

    [Fact]
    public void Read_PutsTheAnswersBlockFirst_AndTheOthersByTheirMass()
    {
        // given Meucci in two blocks, which together are more than Gray in one
        double[] masses = [0.1, 0.4, 0.2, 0.3];
        var readings = Readings(("Bell", 2), ("Gray", 0), ("Meucci", 1), ("Meucci", 2));
        var answer = JointDistribution.Merge(Found.Blocks, readings, masses, 1)[0];

        var evidence = Found.Read(masses, readings, answer);

        Assert.Equal(("Meucci", 2), (answer.Text, answer.Blocks));
        Assert.Equal([4L, 2, 3, 1], evidence.Select(item => item.Block.Row));
        Assert.Equal([true, false, true, false], evidence.Select(item => item.Agrees));
    }

    [Fact]
    public void Read_MarksTheAnswer_WhereItsBlockLikesOtherWordsBetter()
    {
        // given Gray as the second best of the first block and the best of the second, which weighs little
        double[] masses = [0.7, 0.2, 0.1, 0];
        var readings = Readings(("Bell", 0), ("Gray", 0), ("Meucci", 0), ("Meucci", 0));
        readings[0] = new BlockReading(Math.Log(2.1), null, [new ReadSpan(Of(0, "Bell"), 0.1f), new ReadSpan(Of(0, "Gray"), 0)]);
        var answer = JointDistribution.Merge(Found.Blocks, readings, masses, 1)[0];

        var evidence = Found.Read(masses, readings, answer);

        Assert.Equal("Gray", answer.Text);
        Assert.Equal((1L, Of(0, "Gray"), true), (evidence[0].Block.Row, evidence[0].Span!.Value, evidence[0].Agrees));
        Assert.Equal(0.7 / 2.1, evidence[0].Share!.Value, 1e-6);
        Assert.True(evidence[1].Agrees);
    }

    [Fact]
    public void Read_KeepsTheOrderOfRetrieval_WhenNoAnswerIsGiven()
    {
        var evidence = Found.Read([0.1, 0.4, 0.2, 0.3], Readings(("Bell", 2), ("Gray", 0), ("Meucci", 1), ("Meucci", 2)), given: null);

        Assert.Equal([1L, 2, 3, 4], evidence.Select(item => item.Block.Row));
        Assert.DoesNotContain(evidence, item => item.Agrees);
    }

    // One span a block, which has all of its block's mass.
    private static BlockReading[] Readings(params (string Words, float Logit)[] best) =>
        [.. best.Select((span, i) => new BlockReading(span.Logit, null, [new ReadSpan(Of(i, span.Words), span.Logit)]))];

    private static TextSpan Of(int block, string words)
    {
        var start = Texts[block].IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }
}
