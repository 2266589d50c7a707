using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Bench;

/// <summary>Sentences by our rules, and by the one rule that everybody writes first (it cuts after "Dr." and inside "J. A. Smith").</summary>
[MemoryDiagnoser]
public partial class SentenceSplitterBenchmarks
{
    [Benchmark(Baseline = true, Description = "a regular expression")]
    public int Pattern()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += Stop().Count(article.Text) + 1;
        return count;
    }

    [Benchmark(Description = "SentenceSplitter.Split")]
    public int Rules()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += SentenceSplitter.Split(article.Text).Count;
        return count;
    }

    [GeneratedRegex(@"(?<=[.!?])\s+(?=[A-Z])")]
    private static partial Regex Stop();
}

/// <summary>Blocks of at most 288 pieces, beside counting the same pieces without cutting.</summary>
[MemoryDiagnoser]
public class BlockSplitterBenchmarks
{
    private readonly WordPieceTokenizer _tokenizer = new(Texts.Vocabulary);
    private readonly BlockSplitter _splitter = new(new(Texts.Vocabulary));

    [Benchmark(Baseline = true, Description = "WordPieceTokenizer.CountPieces")]
    public int CountAlone()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += _tokenizer.CountPieces(article.Text);
        return count;
    }

    [Benchmark(Description = "BlockSplitter.Split")]
    public int Split()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += _splitter.Split(article).Count();
        return count;
    }
}
