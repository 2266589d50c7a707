using BenchmarkDotNet.Attributes;
using Microsoft.ML.Tokenizers;
using RealmWeb.Engine.Text;
using WordPieceTokenizer = RealmWeb.Engine.Text.WordPieceTokenizer;

namespace RealmWeb.Bench;

/// <summary>Pieces of all articles: ours with the place of each piece in the text, and Microsoft.ML.Tokenizers' ids alone.</summary>
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private readonly WordPieceTokenizer _ours = new(Texts.Vocabulary);
    private readonly BertTokenizer _theirs = BertTokenizer.Create(Texts.VocabularyFile);
    private readonly List<Piece> _pieces = [];

    [GlobalSetup]
    public void Say() => Console.WriteLine($"// {Texts.Articles.Count} articles, {Texts.Words} words");

    [Benchmark(Baseline = true, Description = "BertTokenizer.EncodeToIds")]
    public int Theirs()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += _theirs.EncodeToIds(article.Text, addSpecialTokens: false).Count;
        return count;
    }

    [Benchmark(Description = "WordPieceTokenizer.Encode")]
    public int Encode()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
        {
            _pieces.Clear();
            _ours.Encode(article.Text, _pieces);
            count += _pieces.Count;
        }
        return count;
    }

    [Benchmark(Description = "WordPieceTokenizer.CountPieces")]
    public int Count()
    {
        var count = 0;
        foreach (var article in Texts.Articles)
            count += _ours.CountPieces(article.Text);
        return count;
    }
}
