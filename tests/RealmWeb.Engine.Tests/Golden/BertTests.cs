using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class BertTests
{
    [Fact]
    public void Encode_FollowsReference_WithWeightsUnderTheirOldNames()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var given = GoldenCase.Of("bert", "padded_batch");
        using var file = GoldenCase.Weights("bert");
        using var bert = new BertEncoder(GoldenCase.Options("bert").Encoder).OnDevice();
        using var head = new MaskedLanguageModelHead(GoldenCase.Options("bert").Encoder).OnDevice();
        StateDict.LoadInto(bert, file, "bert.");
        StateDict.LoadInto(head, file, "cls.", new() { MayBeUnused = ["seq_relationship."] });
        bert.eval();
        using var inputs = given.Inputs();

        var (hidden, pooled) = bert.Encode(inputs, pool: true);
        var logits = head.Logits(hidden, bert.WordEmbeddings);

        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("last_hidden_state")), hidden, "hidden");
        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("pooler_output")), pooled!, "pooled");
        var positions = GoldenFiles.Ids(given.Outputs.GetProperty("mlm_positions"));
        GoldenFiles.Near(
            GoldenFiles.Numbers(given.Outputs.GetProperty("mlm_logits_at_positions")),
            logits[TensorIndex.Tensor(positions.select(1, 0)), TensorIndex.Tensor(positions.select(1, 1))], "logits");
        var labels = GoldenFiles.Ids(given.Input("labels")!.Value);
        Assert.Equal(
            given.Outputs.GetProperty("mlm_loss").GetDouble(),
            nn.functional.cross_entropy(logits.view(-1, logits.shape[2]), labels.view(-1)).item<float>(), 1e-3);
        var next = nn.functional.linear(
            pooled!, file.Load("cls.seq_relationship.weight").to(GoldenFiles.Device), file.Load("cls.seq_relationship.bias").to(GoldenFiles.Device));
        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("seq_relationship_logits")), next, "next sentence");
    }
}
