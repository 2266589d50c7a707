using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sqlite;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Corpora;

public sealed class LexicalSearchTests : IDisposable
{
    private readonly TempData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void SearchLexical_PutsTheBlockWithMoreOfTheQuestionFirst()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a", "Leave", "You may take parental leave for six months.\nLeave is paid.\nThe office has a garden.");

        var hits = corpus.Terms.Search(QuestionTerms.Of("How long may I take parental leave?"), 5);

        Assert.Equal("You may take parental leave for six months.", corpus.Blocks.Get([hits[0].Row])[0].Text);
        Assert.True(hits[0].Score > hits[1].Score);
        Assert.All(hits, hit => Assert.True(hit.Score > 0));
    }

    [Theory]
    [InlineData("\"unbalanced AND (garden")]
    [InlineData("title:garden NOT NEAR *")]
    [InlineData("garden^2; DROP TABLE terms --")]
    public void SearchLexical_TakesOperatorsAsWords(string question)
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a", "Office", "The office has a garden.");

        Assert.Single(corpus.Terms.Search(QuestionTerms.Of(question), 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?! ... \u00a0")]
    [InlineData("zebra")]
    public void SearchLexical_FindsNothing_WhenNoTermOccurs(string question)
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a", "Office", "The office has a garden.");

        Assert.Empty(corpus.Terms.Search(QuestionTerms.Of(question), 5));
    }

    [Fact]
    public void SearchLexical_StemsAndFoldsAccents()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a", "Cafés", "The café was opening its gardens.");

        Assert.Single(corpus.Terms.Search(QuestionTerms.Of("cafe opened garden"), 5));
    }

    [Fact]
    public void SearchLexical_UsesStopWords_WhenNothingElseIsAsked()
    {
        var corpus = _data.Corpora.Create("bands");
        corpus.Import("a", "The Who", "The Who are a band.\nKeith played drums.");

        Assert.NotEmpty(corpus.Terms.Search(QuestionTerms.Of("Who are the Who?"), 5));
    }

    [Fact]
    public void Search_LeavesOutTheMostFrequentTerms_WhenTheyCostMoreThanTheBudget()
    {
        var corpus = _data.Corpora.Create("large");
        corpus.Import("a", "", string.Join('\n', Enumerable.Range(0, 2000).Select(i => i == 1234 ? "common needle thread" : $"common straw {i}")));
        var search = new LexicalSearch(new CorpusFile(corpus.Name, CorpusStore.FileIn(corpus.Folder)), rowBudget: 500);

        Assert.Single(search.Search(QuestionTerms.Of("common needle thread"), 5, CancellationToken.None));
        Assert.Equal(5, search.Search(QuestionTerms.Of("common straw missing"), 5, CancellationToken.None).Count);
        Assert.Equal(5, corpus.Terms.Search(QuestionTerms.Of("common needle thread"), 5).Count);
    }

    [Fact]
    public void Count_CountsBlocksThatHoldATerm_InAnyForm()
    {
        var corpus = _data.Corpora.Create("large");
        corpus.Import("a", "", string.Join('\n', Enumerable.Range(0, 2000).Select(i => i == 1234 ? "common needles thread" : $"common straw {i}")));

        var (blocks, holding) = corpus.Terms.Count(["common", "needle", "missing"]);

        Assert.Equal(2000, blocks);
        Assert.Equal([2000L, 1, 0], holding.ToArray());
    }

    [Fact]
    public async Task SearchLexical_IsBrokenOff_WhenCancelled()
    {
        var corpus = _data.Corpora.Create("handbook");
        corpus.Import("a", "Office", "The office has a garden.");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => corpus.Terms.Search(QuestionTerms.Of("garden"), 5, cancelled.Token));
    }
}
