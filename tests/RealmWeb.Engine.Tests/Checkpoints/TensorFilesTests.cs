using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class TensorFilesTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Open_ReadsShardsAsOneFile()
    {
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(_folder.At("model-00001-of-00002.safetensors"), [("a", arange(4, ScalarType.Float32).view(2, 2))]);
        SafetensorsFile.Save(_folder.At("model-00002-of-00002.safetensors"), [("b", ones(3, ScalarType.BFloat16)), ("c", zeros(1))]);
        WriteIndex("""{"metadata":{"total_size":26},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");

        using var file = TensorFiles.Open(_folder.At(""));

        Assert.Equal(["a", "b"], file.Names);
        Assert.Equal(ScalarType.BFloat16, file.TypeOf("b"));
        Assert.Equal([3], file.ShapeOf("b"));
        Assert.True(file.Load("b", ScalarType.Float32).equal(ones(3)).all().item<bool>());
        Assert.True(file.LoadRows("a", 1, 1).equal(tensor(new float[] { 2, 3 }).view(1, 2)).all().item<bool>());
        Assert.Contains("no such tensor", Assert.Throws<CheckpointException>(() => file.Load("c")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"gone.safetensors"}}""", "Copy all files")]
    [InlineData("""{"weight_map":{"b":"one.safetensors"}}""", "lacks it")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "no file of weights in its folder")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "no file of weights in its folder")]
    [InlineData("""{"weight_map":{"a":"model.safetensors.index.json"}}""", "no file of weights in its folder")]
    [InlineData("""{"weight_map":{}}""", "weight_map")]
    [InlineData("""{"weight_map":{"a":7}}""", "no index")]
    [InlineData("[]", "weight_map")]
    [InlineData("{", "no index")]
    public void Open_NamesWhatIsWrongWithAnIndex(string json, string message)
    {
        using (var one = ones(1))
            SafetensorsFile.Save(_folder.At("one.safetensors"), [("a", one)]);
        WriteIndex(json);

        Assert.Contains(message, Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder.At(""))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.onnx")]
    public void Open_TellsAPointerOfGitFromWeights(string name)
    {
        File.WriteAllText(_folder.At(name), $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('0', 64)}\nsize 10014216\n");

        Assert.Contains("git lfs pull", Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder.At(""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NamesTheShard_WhoseIndexIsNotThere()
    {
        using (var one = ones(1))
            SafetensorsFile.Save(_folder.At("model-00001-of-00002.safetensors"), [("a", one)]);

        var message = Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder.At(""))).Message;

        Assert.Contains("a part of the weights, model-00001-of-00002.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("Copy model.safetensors.index.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SaysWhatItLookedFor()
    {
        var message = Assert.Throws<CheckpointException>(() => TensorFiles.Open(_folder.At(""))).Message;

        Assert.Contains("model.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("model.onnx", message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void WriteIndex(string json) => File.WriteAllText(_folder.At(Index), json);
}
