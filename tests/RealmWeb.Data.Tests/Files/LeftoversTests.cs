using RealmWeb.Files;

namespace RealmWeb.Data.Tests.Files;

public sealed class LeftoversTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-leftovers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sweep_RemovesWhatAKilledProcessLeft_AndNothingElse()
    {
        string[] left =
        [
            "corpora/.deleted-0f/corpus.db", "question-sets/.coming-1a/questions.jsonl",
                $"training/m/checkpoint-000000001.safetensors.{Guid.NewGuid():N}.writing",
            "training/m/checkpoint-000000002.safetensors.4711.writing", $"models/production.json.{Guid.NewGuid():N}.next",
                "corpora/a/index/building-g1/shard-000000.bin.17.part",
        ];
        // The second and third are files as somebody sent them.
        string[] kept = ["corpora/a/corpus.db", $"uploads/x/u{Guid.NewGuid():N}.writing", "uploads/x/u12.part", "corpora/a/index/building-g1/shard-000001.bin"];
        foreach (var file in left.Concat(kept))
            Write(file);

        var removed = Leftovers.Sweep(_folder);

        Assert.Equal(left.Length, removed.Count);
        Assert.Equal(
            kept.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sweep_LeavesWhatIsBeingWritten()
    {
        IReadOnlyList<string> duringFile = [], duringFolder = [];

        DurableFile.Write(Path.Combine(_folder, "a.json"), stream =>
        {
            stream.Write("{}"u8);
            duringFile = Leftovers.Sweep(_folder);
        });
        DurableFolder.Make(Path.Combine(_folder, "set"), coming =>
        {
            File.WriteAllText(Path.Combine(coming, "set.json"), "{}");
            duringFolder = Leftovers.Sweep(_folder);
        });

        Assert.Empty(duringFile.Concat(duringFolder));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(_folder, "a.json")));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(_folder, "set", "set.json")));
    }

    [Fact]
    public async Task Sweep_GoesOn_WhereFoldersVanishMeanwhile()
    {
        var ended = false;
        var changing = Task.Factory.StartNew(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                Write("refresh/index-000000024/g1/vectors.bin");
                Directory.Delete(Path.Combine(_folder, "refresh", "index-000000024"), recursive: true);
            }
        }, TaskCreationOptions.LongRunning);

        for (var sweep = 0; sweep < 2000; sweep++)
            Assert.Empty(Leftovers.Sweep(_folder));

        Volatile.Write(ref ended, true);
        await changing;
    }

    [Fact]
    public void Create_LeavesNoName_WhereTheSystemAllowsIt()
    {
        using var scratch = ScratchFile.Create(Path.Combine(_folder, "scratch"));

        scratch.Write("unpacked"u8);

        Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.EnumerateFiles(Path.Combine(_folder, "scratch")).Count());
        Assert.Equal(8, scratch.Length);
    }

    private void Write(string file)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
    }
}
