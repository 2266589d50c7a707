using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Featurization;

public sealed class FeaturizerTests
{
    private static readonly Vocabulary Vocabulary = TinyModel.Vocabulary;
    private static readonly Featurizer Featurizer = new(Vocabulary);
    private static readonly int Cls = Vocabulary.ClsId, Sep = Vocabulary.SepId;

    [Fact]
    public void Query_IsOneSequence()
    {
        var row = Featurizer.Query(Numbered(10, 3), 64);

        Assert.Equal([Cls, 10, 11, 12, Sep], row.Ids);
        Assert.Equal((5, 5, 0), (row.SecondSegment, row.BlockStart, row.BlockPieces));
        Assert.Equal([Cls, 10, 11, Sep], Featurizer.Query(Numbered(10, 30), 4).Ids);
        Assert.Equal([Cls, Sep], Featurizer.Query([], 64).Ids);
    }

    [Fact]
    public void Block_PutsTheTitleFirst()
    {
        var row = Featurizer.Block(Numbered(10, 2), Numbered(20, 3), 64);

        Assert.Equal([Cls, 10, 11, Sep, 20, 21, 22, Sep], row.Ids);
        Assert.Equal((4, 4, 3), (row.SecondSegment, row.BlockStart, row.BlockPieces));
        Assert.Equal([Cls, Sep, 20, Sep], Featurizer.Block([], Numbered(20, 1), 64).Ids);
    }

    [Fact]
    public void Reader_KeepsTheQuestionAndCutsTheBody_WhenBothAreTooLong()
    {
        // given features that number their pieces
        var features = Enumerable.Range(0, 30).SelectMany(piece => Enumerable.Repeat((byte)piece, LexicalFeatures.Count)).ToArray();

        var row = Featurizer.Reader(Numbered(10, 4), Numbered(20, 30), features, 12);

        Assert.Equal([Cls, 10, 11, 12, 13, Sep, 20, 21, 22, 23, 24, Sep], row.Ids);
        Assert.Equal((6, 6, 5), (row.SecondSegment, row.BlockStart, row.BlockPieces));
        Assert.Equal(features[..(5 * LexicalFeatures.Count)], row.Features);
        Assert.Equal(Featurizer.MaxQuestionPieces + 2, Featurizer.Reader(Numbered(10, 100), Numbered(20, 3), null, 320).BlockStart);
    }

    [Fact]
    public void Pack_PadsAndPlacesFeaturesOnTheBlock()
    {
        using var scope = NewDisposeScope();
        var width = LexicalFeatures.Count;
        var features = Enumerable.Range(1, 2 * width).Select(i => (byte)i).ToArray();
        InputRow[] rows = [Featurizer.Reader(Numbered(10, 1), Numbered(20, 2), features, 64), Featurizer.Reader(Numbered(10, 3), Numbered(20, 2), null, 64)];

        using var inputs = Featurizer.Pack(rows, CPU);
        var mask = Featurizer.BlockMask(rows, CPU);

        Assert.Equal([Cls, 10, Sep, 20, 21, Sep, Vocabulary.PadId, Vocabulary.PadId], inputs.InputIds[0].data<long>().ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1, 0, 0], inputs.Mask[0].data<long>().ToArray());
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0], inputs.SegmentIds[0].data<long>().ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], inputs.SegmentIds[1].data<long>().ToArray());
        Assert.Equal([0, 0, 0, 1, 1, 0, 0, 0], mask[0].data<long>().ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 0], mask[1].data<long>().ToArray());
        Assert.Equal([2, 8, width], inputs.FeatureIds!.shape);
        var placed = inputs.FeatureIds[0].contiguous().data<long>().ToArray();
        Assert.Equal(features.Select(level => (long)level), placed[(3 * width)..(5 * width)]);
        Assert.All(placed[..(3 * width)].Concat(placed[(5 * width)..]), level => Assert.Equal(0, level));
        Assert.Equal(0, inputs.FeatureIds[1].sum().item<long>());
    }

    private static List<Piece> Numbered(int first, int count) => [.. Enumerable.Range(0, count).Select(i => new Piece(first + i, i, i + 1, i))];
}
