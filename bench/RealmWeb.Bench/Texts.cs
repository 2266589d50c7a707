using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Bench;

/// <summary>What is measured on: the sample encyclopedia and the vocabulary of the shipped model, found above the program's folder.</summary>
internal static class Texts
{
    private static readonly string Root = FindRoot();

    public static Vocabulary Vocabulary { get; } = Vocabulary.Load(VocabularyFile);

    /// <summary>The 170 articles as an import reads them.</summary>
    public static IReadOnlyList<Document> Articles { get; } =
        [.. CorpusSource.Read([Path.Combine(Root, "samples", "encyclopedia", "articles")]).Select(item => item.Document).OfType<Document>()];

    public static string VocabularyFile => Path.Combine(Root, "models", "bases", "arctic-xs", "vocab.txt");

    /// <summary>Words of all articles: runs between white space, so that rates compare with those of other programs.</summary>
    public static long Words { get; } = Articles.Sum(article => (long)article.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RealmWeb.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException(
                $"No RealmWeb.sln above {AppContext.BaseDirectory}. Run the benchmarks from a checkout: they read its samples.");
    }
}
