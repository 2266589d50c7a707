using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.Lab.Evidence;
using static TorchSharp.torch;

namespace RealmWeb.Lab.Tests;

[Collection(SeededTests.Name)]
public sealed class EvidenceRetrievalTests
{
    private const string Small =
        """
        {"Velm": {"sentences": ["The harbour was dug.", " Ships came. ", "Nobody slept.", "The mill burned."],
                  "quotes": {"q1": [["He writes", "of the sea:"], 1, 2, ["Then he stops."]], "q2": [[], 3, 1, ["So it ends."]]},
                  "candidates": {"1_sentence": [0, 1, 3], "2_sentence": [0, 1, 2]}},
         "Orne": {"sentences": ["One.", "Two."], "quotes": {}}}
        """;

    [Fact]
    public void Read_TakesThePublishedForm()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("relic.json"), Small);

        var books = EvidenceFile.Read(folder.At("relic.json"));

        Assert.Equal(["Velm", "Orne"], books.Select(book => book.Title));
        Assert.Equal("Ships came.", books[0].Sentences[1]);
        Assert.Equal(("q1", 1, 2), (books[0].Quotes[0].Id, books[0].Quotes[0].Start, books[0].Quotes[0].Length));
        Assert.Equal(["He writes", "of the sea:"], books[0].Quotes[0].Left);
        Assert.Equal([0, 1, 3], books[0].StartsFor(1));
        // where the file lists none, every run of so many sentences is a candidate
        Assert.Equal([0, 1], books[0].StartsFor(3));
        Assert.Equal([0], books[1].StartsFor(2));
        Assert.Empty(books[1].StartsFor(3));
    }

    [Theory]
    [InlineData("not json", "no file of books")]
    [InlineData("[]", "no file of books")]
    [InlineData("{}", "holds no book")]
    [InlineData("""{"V": {"sentences": ["a"]}}""", "no file of books")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {"q": [[], "x", 1, []]}}}""", "no file of books")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {"q": [[], 1, 1, []]}}}""", "quotation q")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {"q": [[], 0, 2147483647, []]}}}""", "quotation q")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {"q": [[], -1, 1, []]}}}""", "quotation q")]
    [InlineData("""{"V": {"sentences": ["a", "b"], "quotes": {"q": [[], 0, 1, []]}, "candidates": {"1_sentence": [1]}}}""", "quotation q")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {}, "candidates": {"2_sentence": [0]}}}""", "does not lie")]
    [InlineData("""{"V": {"sentences": ["a"], "quotes": {}, "candidates": {"many": [0]}}}""", "no length")]
    public void Read_SaysWhatIsWrong(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("a.json"), json);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => EvidenceFile.Read(folder.At("a.json"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, "abcdef", "uvwxyz", "abcdef_uvwxyz")]
    [InlineData(9, "abcdef", "uvwxyz", "def_uvw")]
    [InlineData(9, "a", "uvwxyz", "a_uvwxy")]
    [InlineData(9, "abcdef", "z", "bcdef_z")]
    [InlineData(9, "", "uvwxyz", "_uvwxyz")]
    [InlineData(3, "abcdef", "uvwxyz", "_")]
    public void Gap_KeepsAWindowAroundTheMask(int maxLength, string left, string right, string expected)
    {
        var vocabulary = TinyModel.Vocabulary;
        static List<Piece> Pieces(string text) => [.. text.Select((letter, i) => new Piece(letter, i, i + 1, i))];

        var row = new Featurizer(vocabulary).Gap(Pieces(left), Pieces(right), maxLength);

        Assert.Equal([vocabulary.ClsId, .. expected.Select(letter => letter == '_' ? vocabulary.MaskId : letter), vocabulary.SepId], row.Ids);
        Assert.True(row.Length <= maxLength);
    }

    [Fact]
    public void Run_RanksAsTheInnerProductsSay()
    {
        // given a book and gaps of two lengths
        using var model = TinyModel.Create();
        var sentences = TinyModel.Articles.SelectMany(article => article.Text.Split(". ")).ToList();
        EvidenceQuote[] quotes = [new("one", ["The harbour is old."], 4, 1, ["Ships land there."]), new("two", [], 7, 2, ["It was sweet."])];
        var book = new EvidenceBook("Velm", sentences, quotes, new Dictionary<int, IReadOnlyList<int>>());

        var outcomes = EvidenceRetrieval.Run(model, [book], new EvidenceContext(), TimeProvider.System, null, CancellationToken.None);

        foreach (var (quote, outcome) in quotes.Zip(outcomes))
        {
            // then each rank is that of the run's vector among all runs of its length
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var row = model.Featurizer.Gap(
                model.Tokenizer.Encode(string.Join(' ', quote.Left)), model.Tokenizer.Encode(string.Join(' ', quote.Right)),
                    model.Options.Encoder.MaxPositions);
            using var inputs = model.Featurizer.Pack([row], CPU);
            var query = model.Embedder.Embed(inputs).data<float>().ToArray();
            var scores = Enumerable.Range(0, sentences.Count - quote.Length + 1).Select(start =>
            {
                var vector = model.Encode([Block.Create("", string.Join(' ', sentences.Skip(start).Take(quote.Length)), 0)], CancellationToken.None);
                return vector.Zip(query).Sum(pair => (double)pair.First * pair.Second);
            }).ToList();
            Assert.Equal((quote.Id, scores.Count), (outcome.Id, outcome.Candidates));
            Assert.Equal(1 + scores.Count(score => score > scores[quote.Start] + 1e-5), outcome.Rank);
        }
    }

    [Fact]
    public void Of_SumsUpByLengthAndOverall()
    {
        EvidenceOutcome[] outcomes = [new("V", "1", 1, 1, 10), new("V", "2", 1, 4, 10), new("V", "3", 3, 60, 100)];

        var all = EvidenceQuality.Of(outcomes);
        var byLength = EvidenceQuality.ByLength(outcomes);

        Assert.Equal((3, 65.0 / 3, 40.0), (all.Quotes, all.MeanRank, all.MeanCandidates));
        Assert.Equal([33.3, 33.3, 66.7, 66.7, 66.7, 100], EvidenceQuality.Depths.Select(k => Math.Round(all.RecallAt[k], 1)));
        Assert.Equal([1, 3], byLength.Keys);
        Assert.Equal((2, 2.5, 50.0), (byLength[1].Quotes, byLength[1].MeanRank, byLength[1].RecallAt[3]));
    }
}
