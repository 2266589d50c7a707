using RealmWeb.Engine.Bert;

namespace RealmWeb.Engine.Tests.Bert;

public sealed class MatrixProductsTests
{
    [Fact]
    public void MaskedLanguageModelStep_CountsEveryProduct_WorkedByHand()
    {
        var options = new BertOptions { LayerCount = 2, HiddenSize = 4, HeadCount = 2, IntermediateSize = 8, VocabularySize = 10 };

        var operations = MatrixProducts.MaskedLanguageModelStep(options, rows: 2, length: 3, masks: 5);

        // A layer on 6 tokens: 4 of 6x4x4, 2 feed-forward of 6x4x8, 2 attention of 2 rows x 3x3x4. Head on 5: 5x4x4 and 5x4x10.
        var layer = 4 * 96 + 2 * 192 + 2 * 72;
        var head = 80 + 200;
        Assert.Equal(3 * 2 * (2 * layer + head), operations);
    }
}
