using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Tests.Models;

public sealed class RetrieverInputsTests
{
    private static readonly string Text = TinyModel.Articles[0].Text;

    [Fact]
    public void Query_PutsThePrefixBeforeTheQuestion_AndLeavesItItsRoom()
    {
        var plain = Inputs(new RetrieverOptions());
        var prefixed = Inputs(new RetrieverOptions { QueryPrefix = "The harbour: " });
        var question = TinyModel.Tokenizer.Encode("Who built the lighthouse?");
        var prefix = TinyModel.Tokenizer.Encode("The harbour: ").Select(piece => piece.Id).ToList();

        var row = prefixed.Query(question);

        Assert.Equal([.. plain.Query(question).Ids[..1], .. prefix, .. plain.Query(question).Ids[1..]], row.Ids);
        Assert.Equal(row.Length, row.SecondSegment);
        Assert.Equal(plain.Query(question, 4).Length + prefix.Count, prefixed.Query(question, 4).Length);
        Assert.Equal(question[0].Id, row.Ids[prefixed.QueryStart]);
    }

    [Fact]
    public void Block_IsOneSegment_WhereTheEmbedderReadsPlainTexts()
    {
        var (title, body) = (TinyModel.Tokenizer.Encode("Harbour"), TinyModel.Tokenizer.Encode(Text));
        var pair = Inputs(new RetrieverOptions()).Block(title, body, 60);
        var joined = Inputs(new RetrieverOptions { BlockLayout = "joined" }).Block(title, body, 60);

        Assert.Equal(pair.Ids.Length - 1, joined.Ids.Length);
        Assert.Equal([.. pair.Ids[..(title.Count + 1)], .. pair.Ids[(title.Count + 2)..]], joined.Ids);
        Assert.Equal((title.Count + 2, joined.Length), (pair.SecondSegment, joined.SecondSegment));
        Assert.Equal(20, Inputs(new RetrieverOptions { BlockLayout = "joined" }).Block(title, body, 20).Length);
    }

    private static RetrieverInputs Inputs(RetrieverOptions options) =>
        new(TinyModel.Tokenizer, new Featurizer(TinyModel.Vocabulary), TinyModel.Options.Encoder, options);
}
