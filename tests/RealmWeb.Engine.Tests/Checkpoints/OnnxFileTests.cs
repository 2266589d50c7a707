using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Checkpoints.Onnx;
using RealmWeb.Engine.Tests.Bert;
using static RealmWeb.Engine.Tests.Checkpoints.OnnxWriter;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class OnnxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Ways in which exporters write the weight of a linear layer.</summary>
    public enum Linear
    {
        FoldedMatMul,
        AdditionFirst,
        TransposedInTheGraph,
        Gemm,
        FoldedGemm,
    }

    [Theory]
    [InlineData(Linear.FoldedMatMul, "")]
    [InlineData(Linear.AdditionFirst, "")]
    [InlineData(Linear.TransposedInTheGraph, "")]
    [InlineData(Linear.Gemm, "")]
    [InlineData(Linear.FoldedGemm, "")]
    [InlineData(Linear.FoldedMatMul, "0.auto_model.")]
    public void Open_GivesTheEncoderThatWasExported(Linear form, string wrapper)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var exported = new BertEncoder(Tiny.Encoder);
        using var loaded = new BertEncoder(Tiny.Encoder);
        using var file = Open(Export(exported, form, wrapper).Model());

        var report = StateDict.LoadInto(loaded, file);

        Assert.Equal(exported.named_parameters().Count(), report.Loaded.Count);
        using var inputs = Tiny.Inputs(3, 9);
        exported.eval();
        loaded.eval();
        var ((states, _), (again, _)) = (exported.Encode(inputs, pool: false), loaded.Encode(inputs, pool: false));
        Assert.True(states.equal(again).all().item<bool>());
    }

    [Theory]
    [InlineData(Linear.FoldedMatMul)]
    [InlineData(Linear.Gemm)]
    public void ToSafetensors_WritesWhatTheExportHolds(Linear form)
    {
        using var scope = NewDisposeScope();
        using var exported = new BertEncoder(Tiny.Encoder);
        using var file = Open(Export(exported, form, "").Model());

        OnnxConversion.ToSafetensors(file.Path, _folder.At("model.safetensors"));

        using var written = SafetensorsFile.Open(_folder.At("model.safetensors"));
        Assert.Equal(file.Names.Order(StringComparer.Ordinal), written.Names.Order(StringComparer.Ordinal));
        Assert.All(file.Names, name => Assert.True(file.Load(name).equal(written.Load(name)).all().item<bool>(), name));
        // as the program's own writer has it
        SafetensorsFile.Save(_folder.At("own.safetensors"), file.Names.Select(name => (name, file.Load(name))));
        Assert.Equal(File.ReadAllBytes(_folder.At("own.safetensors")), File.ReadAllBytes(_folder.At("model.safetensors")));
    }

    [Fact]
    public void Open_FindsSharedConstantsAndThoseOfNodes()
    {
        using var scope = NewDisposeScope();
        var writer = new OnnxWriter()
            .Constant("first.LayerNorm.weight", ones(3)).Node("Identity", ["first.LayerNorm.weight"], ["second.LayerNorm.weight"])
            .Node("Constant", [], ["embeddings.word_embeddings.weight"],
                Attribute("value", OnnxWriter.Tensor("", arange(6, ScalarType.Float32).view(3, 2).to(ScalarType.Float16))));

        using var file = Open(writer.Model());

        Assert.True(file.Load("second.LayerNorm.weight").equal(ones(3)).all().item<bool>());
        Assert.Equal(ScalarType.Float16, file.TypeOf("embeddings.word_embeddings.weight"));
        Assert.Equal([3, 2], file.ShapeOf("embeddings.word_embeddings.weight"));
        Assert.True(file.LoadRows("embeddings.word_embeddings.weight", 1, 2, ScalarType.Float32).equal(tensor(new float[] { 2, 3, 4, 5 }).view(2, 2)).all()
            .item<bool>());
        Assert.Equal("pooler.dense.weight", Assert.Throws<CheckpointException>(() => file.Load("pooler.dense.weight")).TensorName);
    }

    [Fact]
    public void Open_SurvivesAGraphThatGoesInCircles()
    {
        using var scope = NewDisposeScope();
        var writer = new OnnxWriter().Constant("a.bias", ones(2))
            .Node("MatMul", ["x", "x"], ["x"]).Node("Transpose", ["y"], ["y"]).Node("MatMul", ["x", "y"], ["y"]).Node("Add", ["y", "a.bias"], ["x"])
                .Node("Identity", ["z.weight"], ["z.weight"]);

        using var file = Open(writer.Model());

        Assert.Equal(["a.bias"], file.Names);
    }

    [Fact]
    public void Open_RefusesEveryCut()
    {
        using var scope = NewDisposeScope();
        using var encoder = new BertEncoder(Tiny.Encoder with { LayerCount = 1 });
        var whole = Export(encoder, Linear.FoldedMatMul, "").Model();

        // Odd steps, so that numbers, names and weights are all hit.
        for (var length = 0; length < whole.Length; length += 97)
            Assert.Throws<CheckpointException>(() => Open(whole[..length]));
    }

    [Fact]
    public void Open_RefusesWhatIsNoOnnx()
    {
        // Every start of random bytes ends in a refusal or in a file without weights, never in anything else.
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            Assert.Throws<CheckpointException>(() => Open([.. bytes, 0x3a, 0xff]));
        }
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "ends after what holds it", [.. Varint(7 << 3 | 2), .. Varint(ulong.MaxValue)] },
        { "longer than 64 bits", [.. Varint(1 << 3), .. Enumerable.Repeat((byte)0xff, 11)] },
        { "unknown type", [.. Varint(7 << 3 | 3)] },
        { "0 graphs", [.. Number(1, 8)] },
        { "2 graphs", [.. Field(7, ""), .. Field(7, "")] },
        { "another file", With(
            [.. Number(1, 2), .. Number(2, 1), .. Field(8, "w.weight"), .. Field(13, [.. Field(1, "location"), .. Field(2, "../../etc/passwd")]),
            .. Number(14, 1)]) },
        { "needs 8 bytes, but 4", With([.. Number(1, 2), .. Number(2, 1), .. Field(8, "w.weight"), .. Field(9, new byte[4])]) },
        { "no shape that a file can hold",
            With([.. Number(1, long.MaxValue), .. Number(1, 4), .. Number(2, 1), .. Field(8, "w.weight"), .. Field(9, new byte[4])]) },
        { "no shape that a file can hold", With([.. Number(1, ulong.MaxValue), .. Number(2, 1), .. Field(8, "w.weight"), .. Field(9, new byte[4])]) },
        { "more than 16 numbers", With([.. Enumerable.Repeat(Number(1, 1), 17).SelectMany(size => size), .. Number(2, 1), .. Field(9, new byte[4])]) },
        { "given twice", With([.. Number(1, 1), .. Number(2, 1), .. Field(9, new byte[4]), .. Field(9, new byte[4])]) },
        { "occurs twice", new OnnxWriter().Constant(One("w.weight")).Constant(One("w.weight")).Model() },
        { "a name of 70000 bytes", With([.. Field(8, new string('w', 70_000))]) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Open_NamesWhatIsWrong(string message, byte[] bytes) =>
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => Open(bytes)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private OnnxFile Open(byte[] bytes) => OnnxFile.Open(_folder.Write("model.onnx", bytes));

    private static byte[] With(byte[] tensor) => new OnnxWriter().Constant(tensor).Model();

    private static byte[] One(string name) => [.. Number(1, 1), .. Number(2, 1), .. Field(8, name), .. Field(9, new byte[4])];

    private static OnnxWriter Export(BertEncoder encoder, Linear form, string wrapper)
    {
        var writer = new OnnxWriter();
        var number = 1000;
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            var (exported, values) = (wrapper + name, parameter.detach());
            if (!name.EndsWith(".weight", StringComparison.Ordinal) || parameter.dim() != 2 || name.Contains("embeddings.", StringComparison.Ordinal))
            {
                writer.Constant(exported, values);
                continue;
            }
            var (bias, product, sum) = (exported[..^"weight".Length] + "bias", $"product_{++number}", $"sum_{number}");
            var lost = $"onnx::MatMul_{number}";
            switch (form)
            {
                case Linear.FoldedMatMul:
                    writer.Constant(lost, values.t()).Node("MatMul", ["x", lost], [product]).Node("Add", [bias, product], [sum]);
                    break;
                case Linear.AdditionFirst:
                    writer.Node("Add", [product, bias], [sum]).Node("MatMul", ["x", lost], [product]).Constant(lost, values.t());
                    break;
                case Linear.TransposedInTheGraph:
                    writer.Constant(exported, values).Node("Transpose", [exported], [lost]).Node("MatMul", ["x", lost], [product])
                        .Node("Add", [product, bias], [sum]);
                    break;
                case Linear.Gemm:
                    writer.Constant(exported, values).Node("Gemm", ["x", exported, bias], [sum], Attribute("transB", 1));
                    break;
                default:
                    writer.Constant(lost, values.t()).Node("Gemm", ["x", lost, bias], [sum], Attribute("transB", 0));
                    break;
            }
        }
        return writer;
    }
}
