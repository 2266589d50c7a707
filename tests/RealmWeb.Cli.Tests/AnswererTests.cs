using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Questions;
using RealmWeb.Jobs.Answering;
using RealmWeb.TestKit;

namespace RealmWeb.Cli.Tests;

/// <summary>Asking in process, without a site: the model that comes with the program, on articles of the sample that comes with it.</summary>
public sealed class AnswererTests(AnswererTests.Sample sample) : IClassFixture<AnswererTests.Sample>
{
    private const string Corpus = "encyclopedia";
    private const string Question = "Who discovered penicillin?";

    private static readonly string Articles = Path.Combine(TestPaths.Repository, "samples", Corpus, "articles");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_AnswersWithTheWordsInTheirPassage()
    {
        var answer = await sample.Answerer.AskAsync(Question, Corpus, Stop);

        var first = answer.Evidence[0];
        Assert.Contains("Fleming", answer.Answer, StringComparison.Ordinal);
        Assert.Equal(answer.Answer, first.Text[first.Start!.Value..first.End!.Value]);
        Assert.Equal((Corpus, "realm-arctic", "Penicillin"), (answer.Corpus, answer.Model, first.Title));
        Assert.NotEmpty(answer.Generation);
        Assert.NotEqual(Guid.Empty, answer.Id);
    }

    [Fact]
    public async Task AskStream_TellsStagesAndEvidenceBeforeTheAnswer()
    {
        var updates = await sample.Answerer.AskStreamAsync(new AskRequest(Question), Stop).ToListAsync(Stop);

        Assert.Equal(
            [AskStage.Encoding, AskStage.Searching, AskStage.Reading], updates.Select(update => update.Stage?.Stage).OfType<AskStage>().Distinct());
        Assert.NotNull(updates[^1].Answer);
        Assert.Equal(5, Assert.Single(updates, update => update.Evidence is not null).Evidence!.Count);
    }

    [Fact]
    public async Task ManyAskers_GetTheSameAnswer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => sample.Answerer.AskAsync(Question, cancellationToken: Stop)));

        Assert.Single(answers.Select(answer => answer.Answer).Distinct());
        Assert.Equal(4, answers.Select(answer => answer.Id).Distinct().Count());
    }

    [Fact]
    public async Task Describe_SaysWhatAnswers()
    {
        var info = await sample.Answerer.DescribeAsync(cancellationToken: Stop);

        Assert.Equal((Corpus, 6, "realm-arctic", false), (info.Corpus, info.Documents, info.Model, info.IndexStale));
        Assert.NotNull(info.AnswersFrom);
    }

    [Fact]
    public async Task Import_OfTheSameFiles_ChangesNothing_AndOfOthersIsFoundAtOnce()
    {
        var folder = Directory.CreateTempSubdirectory("realm-test-");
        var note = Path.Combine(folder.FullName, "coffee.md");
        await File.WriteAllTextAsync(note, "# Coffee machine\n\nThe coffee machine on the third floor was repaired by Grace Mbeki in 2024.", Stop);

        var first = await sample.Answerer.ImportAsync("notes", [note], Stop);
        var again = await sample.Answerer.ImportAsync("notes", [note], Stop);
        var answer = await sample.Answerer.AskAsync("Who repaired the coffee machine?", "notes", Stop);

        folder.Delete(recursive: true);
        Assert.Equal((1, 0), (first.Added, first.Unchanged));
        Assert.Equal((0, 1), (again.Added, again.Unchanged));
        Assert.Equal("Grace Mbeki", answer.Answer);
    }

    [Fact]
    public async Task Ask_SaysWhatIsMissing_AndWhatToDo()
    {
        using var data = new TempData();
        var folder = data.Folder;
        var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        await using var services = In(folder);
        var empty = services.GetRequiredService<IAnswerer>();

        var nothing = await Assert.ThrowsAsync<UnknownCorpusException>(() => empty.AskAsync(Question, cancellationToken: Stop));
        var unread = await Assert.ThrowsAsync<InvalidDataException>(() => empty.ImportAsync("handbook", [files], Stop));
        var nowhere = await Assert.ThrowsAsync<FileNotFoundException>(() => empty.ImportAsync("handbook", [Path.Combine(folder, "none")], Stop));
        var unknown = await Assert.ThrowsAsync<UnknownCorpusException>(() => sample.Answerer.AskAsync(Question, "handbook", Stop));
        var bad = await Assert.ThrowsAsync<ArgumentException>(() => sample.Answerer.AskAsync(new AskRequest(Question, K: 21), Stop));

        Assert.Contains(folder, nothing.Message, StringComparison.Ordinal);
        Assert.Contains("Import documents with ImportAsync", nothing.Message, StringComparison.Ordinal);
        Assert.Contains("No document could be read", unread.Message, StringComparison.Ordinal);
        Assert.Empty(data.Corpora.Names());
        Assert.Contains("none", nowhere.Message, StringComparison.Ordinal);
        Assert.Contains($"There is no corpus \"handbook\" in the data folder {sample.Folder}. It holds: encyclopedia", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("Use 1 to 20", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OfACorpusWithoutDocuments_SaysThatNothingWasImported()
    {
        using var data = new TempData();
        data.Corpora.Create("handbook");
        await using var services = In(data.Folder);

        var failure = await Assert.ThrowsAsync<NoIndexException>(() => services.GetRequiredService<IAnswerer>().AskAsync(Question, cancellationToken: Stop));

        Assert.Equal("handbook", failure.Name);
        Assert.Contains("Nothing was imported into the corpus \"handbook\" yet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_StopsBeforeTheAnswer()
    {
        using var stop = new CancellationTokenSource();
        var asking = sample.Answerer.AskStreamAsync(new AskRequest(Question), stop.Token).GetAsyncEnumerator(Stop);
        Assert.True(await asking.MoveNextAsync());

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await asking.MoveNextAsync())
                Assert.Null(asking.Current.Answer);
        });
        await asking.DisposeAsync();
    }

    [Fact]
    public async Task Disposed_EndsWhatIsUnderWayInOrder_AndAnswersNoMore()
    {
        var services = In(sample.Folder);
        var answerer = services.GetRequiredService<IAnswerer>();
        var asking = answerer.AskStreamAsync(new AskRequest(Question), Stop).GetAsyncEnumerator(Stop);
        Assert.True(await asking.MoveNextAsync());

        // As a program does that knows nothing of asynchronous disposal.
        ((IDisposable)services).Dispose();

        AskResponse? last = null;
        while (await asking.MoveNextAsync())
            last = asking.Current.Answer;
        await asking.DisposeAsync();
        Assert.Contains("Fleming", last?.Answer, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => answerer.AskAsync(Question, cancellationToken: Stop));
    }

    [Fact]
    public void Container_GetsOneServiceBesideItsLogsAndOptions()
    {
        var services = new ServiceCollection().AddLogging().AddOptions();
        var before = services.Count;

        services.AddRealmAnswering();

        Assert.Equal(["IAnswerer"], services.Skip(before).Where(service => service.ServiceType.Namespace!.StartsWith("RealmWeb", StringComparison.Ordinal))
            .Select(service => service.ServiceType.Name));
    }

    [Fact]
    public void Settings_AreThoseOfTheSite()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Realm:DataDir"] = "elsewhere", ["Realm:DefaultCorpus"] = "handbook" }).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(settings).AddRealmAnswering(o => o.DefaultCorpus = "notes").BuildServiceProvider();

        var options = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RealmAnsweringOptions>>().Value;

        Assert.Equal(("elsewhere", "notes"), (options.DataDir, options.DefaultCorpus));
    }

    private static ServiceProvider In(string folder) =>
        new ServiceCollection().AddRealmAnswering(options => options.DataDir = folder).BuildServiceProvider();

    /// <summary>A data folder with six articles, imported in process.</summary>
    public sealed class Sample : IAsyncLifetime
    {
        private static readonly string[] Imported = ["penicillin", "pencil", "coffee", "marie-curie", "vaccination", "jupiter"];

        private readonly TempData _data = new();
        private readonly ServiceProvider _services;

        public Sample() => _services = In(Folder);

        public string Folder => _data.Folder;

        public IAnswerer Answerer => _services.GetRequiredService<IAnswerer>();

        public async ValueTask InitializeAsync() =>
            await Answerer.ImportAsync(Corpus, Imported.Select(article => Path.Combine(Articles, $"{article}.md")), Stop);

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            _data.Dispose();
        }
    }
}
