using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class RowCodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Decode_GivesEachNumberBack_ToHalfAStepOfItsRow()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        // rows of very different sizes, one of zeros
        var matrix = randn([4, 50], generator: generator) * tensor(new[] { 1f, 1000f, 1e-3f, 0f }).unsqueeze(1);
        SafetensorsFile.Save(_folder.At("w"), [.. RowCodes.Encode("a", matrix), ("b", ones(3))]);

        using var file = RowCodes.Decode(SafetensorsFile.Open(_folder.At("w")));

        Assert.Equal(["a", "b"], file.Names.Order());
        Assert.False(file.Contains("a.row_scale"));
        Assert.Equal(ScalarType.Float32, file.TypeOf("a"));
        var step = matrix.abs().amax([1], keepdim: true) / 127;
        Assert.True((file.Load("a") - matrix).abs().le(0.501 * step).all().item<bool>());
        Assert.True(file.Load("a")[3].eq(0).all().item<bool>());
        Assert.True(file.LoadRows("a", 1, 2).equal(file.Load("a")[1..3]).all().item<bool>());
        Assert.True(file.Load("b").equal(ones(3)).all().item<bool>());
        Assert.True(new FileInfo(_folder.At("w")).Length < 4 * 50 + 4 * 4 + 3 * 4 + 600);
    }

    [Fact]
    public void Decode_NamesTheMatrix_WhenItsFactorsDoNotFit()
    {
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(_folder.At("w"), [("a", zeros(4, 2, ScalarType.Int8)), ("a.row_scale", ones(3))]);
        SafetensorsFile.Save(_folder.At("v"), [("a.row_scale", ones(3))]);

        foreach (var path in new[] { "w", "v" })
        {
            using var file = SafetensorsFile.Open(_folder.At(path));
            Assert.Equal("a", Assert.Throws<CheckpointException>(() => RowCodes.Decode(file)).TensorName);
        }
    }

    public void Dispose() => _folder.Dispose();
}
