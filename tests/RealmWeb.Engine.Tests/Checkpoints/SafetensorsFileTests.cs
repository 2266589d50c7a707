using System.Buffers.Binary;
using System.Text;
using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class SafetensorsFileTests
{
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Load_GivesBackWhatWasSaved(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.At("weights.safetensors");
        var values = arange(6, ScalarType.Float32).view(2, 3).to(type);
        var empty = zeros(0, 4, type);

        SafetensorsFile.Save(
            path, [("b", values), ("a", values.t()), ("empty", empty), ("one", tensor(7L))], metadata: new Dictionary<string, string> { ["step"] = "3" });

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "b", "empty", "one"], file.Names.Order(StringComparer.Ordinal));
        Assert.Equal(type, file.TypeOf("a"));
        Assert.Equal([3, 2], file.ShapeOf("a"));
        Assert.True(file.Load("a").equal(values.t()).all().item<bool>());
        Assert.True(file.Load("b").equal(values).all().item<bool>());
        Assert.Equal([0, 4], file.Load("empty").shape);
        Assert.Equal(7, file.Load("one").item<long>());
        Assert.Equal("3", file.Metadata["step"]);
    }

    [Fact]
    public void LoadRows_ReadsTheRowsThatAreAskedFor()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsFile.Save(
            folder.At("rows"), [("before", ones(3)), ("w", arange(24, ScalarType.Float32).view(4, 3, 2)), ("one", tensor(7L))], ScalarType.Float16);

        using var file = SafetensorsFile.Open(folder.At("rows"));

        Assert.Equal(file.Load("w", ScalarType.Float32)[1..3].data<float>().ToArray(), file.LoadRows("w", 1, 2, ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([0L, 3, 2], file.LoadRows("w", 4, 0).shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LoadRows("w", 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LoadRows("w", -1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LoadRows("one", 0, 1));
    }

    [Fact]
    public void Save_StoresNarrower_AndLoadWidens_WhenAsked()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var values = tensor(new[] { 1.5f, -2.25f });

        SafetensorsFile.Save(folder.At("half"), [("w", values), ("ids", tensor(new[] { 1L }))], ScalarType.BFloat16);

        using var file = SafetensorsFile.Open(folder.At("half"));
        Assert.Equal(ScalarType.BFloat16, file.TypeOf("w"));
        Assert.Equal(ScalarType.Int64, file.TypeOf("ids"));
        Assert.Equal([1.5f, -2.25f], file.Load("w", ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void Save_LeavesTheOldFileWhole_WhenItFails()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsFile.Save(folder.At("w"), [("w", ones(2))]);
        var before = System.IO.File.ReadAllBytes(folder.At("w"));
        var gone = zeros(3);
        gone.Dispose();

        Assert.ThrowsAny<Exception>(() => SafetensorsFile.Save(folder.At("w"), [("a", zeros(100)), ("w", gone)]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Save(folder.At("w"), [("w", zeros(1)), ("w", zeros(1))]));

        Assert.Equal(before, System.IO.File.ReadAllBytes(folder.At("w")));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(folder.At("w"))!));
    }

    public static TheoryData<string, string> HostileHeaders => new()
    {
        { "not json", "nonsense" },
        { "array", "[]" },
        { "cut off", """{"a":{"dtype":"F32","shape":[1],"data_offs""" },
        { "trailing text", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {}""" },
        { "twice", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "overlap", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "hole", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "trailing bytes", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""" },
        { "beyond the end", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""" },
        { "reversed", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""" },
        { "negative offset", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""" },
        { "negative size", """{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""" },
        { "shape too small", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""" },
        { "overflowing product", """{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,2],"data_offsets":[0,8]}}""" },
        { "product wrapping to the right size", """{"a":{"dtype":"F32","shape":[4611686018427387905,2],"data_offsets":[0,8]}}""" },
        { "number beyond 64 bits", """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""" },
        { "fraction", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""" },
        { "seventeen dimensions", """{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""" },
        { "three offsets", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""" },
        { "unknown type", """{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""" },
        { "type is a number", """{"a":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}""" },
        { "no type", """{"a":{"shape":[2],"data_offsets":[0,8]}}""" },
        { "extra key", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"run":"me"}}""" },
        { "metadata is no text", """{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""" },
        { "deep nesting", """{"a":{"dtype":"F32","shape":[[[[[[[[[[2]]]]]]]]]],"data_offsets":[0,8]}}""" },
    };

    [Theory]
    [MemberData(nameof(HostileHeaders))]
    public void Open_RefusesTheFile_WhenItsHeaderIsHostile(string what, string header)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("hostile.safetensors", File(header, 8));

        var exception = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));

        Assert.True(exception.Path == path && exception.Message.Contains(path, StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(200UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void Open_RefusesTheFile_WhenTheHeaderLengthIsHostile(ulong length)
    {
        using var folder = new TemporaryFolder();
        var bytes = File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.Write("hostile.safetensors", bytes)));
    }

    [Fact]
    public void Open_RefusesTheFile_WhereverItWasCutOff()
    {
        using var folder = new TemporaryFolder();
        var whole = File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);

        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write("cut.safetensors", whole[..length]);
            Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        }
        using var file = SafetensorsFile.Open(folder.Write("whole.safetensors", whole));
        Assert.Equal(["a"], file.Names);
    }

    [Fact]
    public void Load_NamesTensorAndPath_WhenThereIsNone()
    {
        using var folder = new TemporaryFolder();
        using var file = SafetensorsFile.Open(folder.Write("w", File("{}", 0)));

        var exception = Assert.Throws<CheckpointException>(() => file.Load("missing"));

        Assert.Equal("missing", exception.TensorName);
        Assert.Contains(file.Path, exception.Message, StringComparison.Ordinal);
    }

    internal static byte[] File(string header, int dataBytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }
}
