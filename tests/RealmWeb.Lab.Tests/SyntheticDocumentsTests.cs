using RealmWeb.Engine.Corpora;
using RealmWeb.Lab.Benchmarks;

namespace RealmWeb.Lab.Tests;

/// <summary>What the benchmark of formats measures is really read.</summary>
public sealed class SyntheticDocumentsTests
{
    public static TheoryData<string> Kinds => [.. SyntheticDocuments.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_MakesDocumentsThatAreReadWhole(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-formats-");

        SyntheticDocuments.Write(folder.FullName, kind, 20_000, 1, TestContext.Current.CancellationToken);

        var items = CorpusSource.Read([folder.FullName], cancellationToken: TestContext.Current.CancellationToken).ToList();
        folder.Delete(recursive: true);
        Assert.DoesNotContain(items, item => item.Skipped is not null);
        Assert.True(items.Sum(item => item.Document!.Text.Length) > 10_000, $"{items.Count} documents");
    }
}
