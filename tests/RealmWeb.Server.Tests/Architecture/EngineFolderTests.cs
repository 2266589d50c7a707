using System.Text.RegularExpressions;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Architecture;

/// <summary>The folders of the engine point one way: each may use only those above it in this list. A namespace is its folder.</summary>
public sealed partial class EngineFolderTests
{
    private static readonly string[] Order =
    [
        "Text", "Files", "Progress", "Corpora", "Questions", "Tensors", "Checkpoints", "Bert", "Featurization", "Models", "Retrieval", "Reading",
        "Answering", "Evaluation", "Optimization", "Training", "PreTraining", "FineTuning",
    ];

    // Two methods of learning that know nothing of each other.
    private static readonly (string, string)[] Apart = [("PreTraining", "FineTuning"), ("FineTuning", "PreTraining")];

    private static readonly string Engine = Path.Combine(TestPaths.Repository, "src", "RealmWeb.Engine");

    public static TheoryData<string> Folders => [.. Order];

    [Fact]
    public void Order_NamesEveryFolder()
    {
        var folders = Directory.EnumerateDirectories(Engine).Where(folder => Sources(folder).Any()).Select(folder => Path.GetFileName(folder)!);

        Assert.Empty(folders.Except(Order));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_UsesOnlyFoldersBeforeIt(string folder)
    {
        var later = Order.SkipWhile(other => other != folder).Skip(1).Concat(Apart.Where(pair => pair.Item1 == folder).Select(pair => pair.Item2)).ToHashSet();

        var used = Sources(Path.Combine(Engine, folder))
            .SelectMany(file => Used().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Folder: match.Groups[1].Value)));

        Assert.DoesNotContain(used, use => later.Contains(use.Folder));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Namespace_IsTheFolder(string folder) => Assert.All(Sources(Path.Combine(Engine, folder)), file =>
    {
        var path = Path.GetRelativePath(Engine, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
        Assert.Contains($"namespace RealmWeb.Engine.{path};", File.ReadAllText(file), StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Folders))]
    public void FoldersWithinAFolder_FormNoCircle(string folder)
    {
        var within = Directory.EnumerateDirectories(Path.Combine(Engine, folder)).Select(path => Path.GetFileName(path)!).ToList();
        var uses = within.ToDictionary(inner => inner, inner => Sources(Path.Combine(Engine, folder, inner))
            .SelectMany(file => UsedWithin().Matches(File.ReadAllText(file)))
            .Where(match => match.Groups[1].Value == folder && match.Groups[2].Value != inner)
            .Select(match => match.Groups[2].Value).Where(within.Contains).ToHashSet());

        // What uses nothing that is left goes, until nothing can go: the rest are circles.
        while (uses.FirstOrDefault(entry => !entry.Value.Overlaps(uses.Keys)).Key is { } free)
            uses.Remove(free);

        Assert.Empty(uses.Keys);
    }

    private static IEnumerable<string> Sources(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Engine, file).StartsWith("obj", StringComparison.Ordinal)
                && !Path.GetRelativePath(Engine, file).StartsWith("bin", StringComparison.Ordinal))
        : [];

    [GeneratedRegex(@"(?<!namespace )\bRealmWeb\.Engine\.(\w+)")]
    private static partial Regex Used();

    [GeneratedRegex(@"(?<!namespace )\bRealmWeb\.Engine\.(\w+)\.(\w+)")]
    private static partial Regex UsedWithin();
}
