using System.IO.Compression;
using System.Text;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class TorchCheckpointTests
{
    // A dictionary {"w": tensor of storage 0}, as torch.save writes it: %s stands for offset, shape and strides.
    private const string Storage = "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQ";

    public static TheoryData<string> Checkpoints =>
        [.. Directory.GetFiles(TestPaths.Golden, "pytorch_model.bin", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(TestPaths.Golden, path))];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Load_GivesTheTensorsOfTheSafetensorsFile(string relative)
    {
        using var scope = NewDisposeScope();
        using var torch = TorchCheckpoint.Open(Path.Combine(TestPaths.Golden, relative));
        using var safe = SafetensorsFile.Open(Path.Combine(TestPaths.Golden, Path.GetDirectoryName(relative)!, "model.safetensors"));

        foreach (var name in safe.Names)
        {
            var newName = name.Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal)
                .Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal);
            Assert.Equal(safe.TypeOf(name), torch.TypeOf(newName));
            Assert.True(safe.Load(name).equal(torch.Load(newName)).all().item<bool>(), name);
        }
        Assert.True(torch.Names.Count >= safe.Names.Count);
    }

    [Fact]
    public void Load_FollowsOffsetAndStrides()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        // Elements 1, 2, 3 of the storage as a row that steps by 2: [1, 3].
        var path = Archive(folder, Dictionary("K\u0001K\u0002\u0085K\u0002\u0085"));

        using var file = TorchCheckpoint.Open(path);

        Assert.Equal([1f, 3f], file.Load("w").data<float>().ToArray());
        Assert.Equal([1d, 3d], file.Load("w", ScalarType.Float64).data<double>().ToArray());
        Assert.Equal([3f], file.LoadRows("w", 1, 1).data<float>().ToArray());
        Assert.Equal([0L], file.LoadRows("w", 2, 0).shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LoadRows("w", 1, 2));
    }

    public static TheoryData<string, string> HostilePickles => new()
    {
        { "runs a program", "\u0080\u0002cos\nsystem\nX\u0002\0\0\0ls\u0085R." },
        { "runs a program, protocol 4", "\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093\u008c\u0002ls\u0085R." },
        { "evaluates", "\u0080\u0002cbuiltins\neval\nX\u0003\0\0\01+1\u0085R." },
        { "another torch function", "\u0080\u0002ctorch.hub\nload\n." },
        { "a torch function of an allowed module", "\u0080\u0002ctorch._utils\n_rebuild_xla_tensor\n." },
        { "creates an object", "\u0080\u0002ccollections\nOrderedDict\n)\u0081." },
        { "extension registry", "\u0080\u0002\u0082\u0001." },
        { "old instruction INST", "\u0080\u0002(ios\nsystem\n." },
        { "outside reference that is no storage", "\u0080\u0002X\u0001\0\0\0a\u0085Q." },
        { "calls a number", "\u0080\u0002K\u0001)R." },
        { "calls a storage class", "\u0080\u0002ctorch\nFloatStorage\nK\u0004\u0085R." },
        { "gives state to a tensor", "\u0080\u0002" + "ctorch._utils\n_rebuild_tensor_v2\n(" + Storage + "K\0K\u0001\u0085K\u0001\u0085\u0089NtR}b." },
        { "is a number", "\u0080\u0002K\u0001." },
        { "holds a number", "\u0080\u0002}X\u0001\0\0\0wK\u0001s." },
        { "names a tensor by number", "\u0080\u0002}K\u0001" + "ctorch._utils\n_rebuild_tensor_v2\n(" + Storage + "K\0K\u0001\u0085K\u0001\u0085\u0089NtRs." },
        { "empty stack", "\u0080\u0002." },
        { "unknown memo", "\u0080\u0002h\u0005." },
        { "no end", "\u0080\u0002}" },
        { "endless text", "\u0080\u0002X\u00ff\u00ff\u00ff\u00ffa." },
        { "number of more than 64 bits", "\u0080\u0002\u008a\u0009aaaaaaaaa." },
        { "odd number of items", "\u0080\u0002}(X\u0001\0\0\0wu." },
        { "twice the same name", "\u0080\u0002}" + Item("K\0K\u0001\u0085K\u0001\u0085") + "s" + Item("K\0K\u0001\u0085K\u0001\u0085") + "s." },
        { "beyond the storage", Dictionary("K\u0003K\u0002\u0085K\u0001\u0085") },
        { "negative offset", Dictionary("J\u00ff\u00ff\u00ff\u00ffK\u0002\u0085K\u0001\u0085") },
        { "negative stride", Dictionary("K\u0003K\u0002\u0085J\u00ff\u00ff\u00ff\u00ff\u0085") },
        { "terabytes from one number", Dictionary("K\0J\0\0\0\u0070J\0\0\0\u0070\u0086K\0K\0\u0086") },
        { "overflowing size", Dictionary("K\0\u008a\u0008\0\0\0\0\0\0\0\u0070K\u0010\u0086K\u0001K\u0001\u0086") },
        { "shape without strides", Dictionary("K\0K\u0002\u0085)") },
    };

    [Theory]
    [MemberData(nameof(HostilePickles))]
    public void Open_RefusesTheFile_WhenItsPickleIsHostile(string what, string pickle)
    {
        using var folder = new TemporaryFolder();
        var path = Archive(folder, pickle);

        var exception = Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(path));

        Assert.True(exception.Path == path, what);
    }

    [Fact]
    public void Open_RefusesTheFile_WhenItIsNoPlainArchiveOfOneCheckpoint()
    {
        using var folder = new TemporaryFolder();
        var good = Dictionary("K\0K\u0002\u0085K\u0001\u0085");
        var whole = File.ReadAllBytes(Archive(folder, good));

        Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(Archive(folder, good, CompressionLevel.SmallestSize)));
        Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(Archive(folder, good, storageBytes: 12)));
        Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(Archive(folder, good, storageKey: "1")));
        Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(Archive(folder, good, secondPickle: true)));
        Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(folder.Write("text", "PK is not enough"u8.ToArray())));
        for (var length = 0; length < whole.Length; length += 7)
            Assert.Throws<CheckpointException>(() => TorchCheckpoint.Open(folder.Write("cut", whole[..length])));
    }

    [Fact]
    public void Open_NeitherCrashesNorHangs_WhenBytesAreFlipped()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Archive(folder, Dictionary("K\0K\u0002\u0085K\u0001\u0085")));
        const int Seed = 20200;
        var random = new Random(Seed);

        for (var trial = 0; trial < 2000; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                using var scope = NewDisposeScope();
                using var file = TorchCheckpoint.Open(folder.Write("flipped", bytes));
                foreach (var name in file.Names)
                    Assert.True(file.Load(name).numel() <= 4, $"seed {Seed}, trial {trial}");
            }
            catch (CheckpointException)
            {
                // The only failure that is allowed.
            }
        }
    }

    [Fact]
    public void Open_FindsTheWeightsOfAFolder_InEitherFormat()
    {
        using var folder = new TemporaryFolder();
        var path = Archive(folder, Dictionary("K\0K\u0002\u0085K\u0001\u0085"));
        File.Move(path, folder.At("pytorch_model.bin"));

        using var torch = TensorFiles.Open(Path.GetDirectoryName(path)!);
        using var safe = TensorFiles.Open(Path.Combine(TestPaths.Golden, "bert"));

        Assert.IsType<TorchCheckpoint>(torch);
        Assert.IsType<SafetensorsFile>(safe);
        Assert.Throws<CheckpointException>(() => TensorFiles.Open(Directory.CreateDirectory(folder.At("none")).FullName));
    }

    private static string Dictionary(string window) => "\u0080\u0002}" + Item(window) + "s.";

    private static string Item(string window) => "X\u0001\0\0\0w" + "ctorch._utils\n_rebuild_tensor_v2\n(" + Storage + window + "\u0089NtR";

    private static string Archive(
        TemporaryFolder folder, string pickle, CompressionLevel compression = CompressionLevel.NoCompression, int storageBytes = 16,
        string storageKey = "0", bool secondPickle = false)
    {
        var path = folder.At("checkpoint.bin");
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        void Add(string name, byte[] bytes)
        {
            using var stream = zip.CreateEntry(name, compression).Open();
            stream.Write(bytes);
        }
        Add("archive/data.pkl", Encoding.Latin1.GetBytes(pickle));
        if (secondPickle)
            Add("other/data.pkl", Encoding.Latin1.GetBytes(pickle));
        var numbers = new byte[storageBytes];
        Buffer.BlockCopy(new[] { 0f, 1f, 2f, 3f }, 0, numbers, 0, storageBytes);
        Add($"archive/data/{storageKey}", numbers);
        return path;
    }
}
