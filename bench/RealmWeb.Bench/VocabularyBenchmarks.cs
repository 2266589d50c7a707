using BenchmarkDotNet.Attributes;
using RealmWeb.Engine.Text;

namespace RealmWeb.Bench;

/// <summary>Learning a vocabulary from all articles. Microsoft.ML.Tokenizers has no trainer to compare with.</summary>
[MemoryDiagnoser]
public class VocabularyBenchmarks
{
    [Params(1_000, 4_000)]
    public int Size { get; set; }

    [Benchmark(Description = "WordPieceTrainer.Train")]
    public int Train() => WordPieceTrainer.Train(Texts.Articles.Select(article => article.Text), Size).Count;
}
