using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Data.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Corpora;

public sealed class CorpusVersionsTests : IDisposable
{
    // The end of a word, since the term index stores beginnings that words have in common once.
    private const string Term = "otenberghorn";

    private readonly TempData _data = new();
    private readonly CorpusStore _corpus;

    public CorpusVersionsTests() => _corpus = _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Of_NamesEachTextWithItsTimeAndItsImporter_WhenADocumentChanged()
    {
        _corpus.Import("tea.txt", "Tea", "Black.\nHot.", "/in/tea.txt", new Importer("ada", "run 1"));
        var before = Current().Made;
        _corpus.Import("tea.txt", "Tea at four", "Green.", "/in/tea.txt", new Importer("grace"));

        var versions = _corpus.Versions.Of(Id);

        Assert.Equal([(2, "Tea at four", 6, true), (1, "Tea", 11, false)],
            versions.Select(version => (version.Number, version.Title, version.Characters, version.IsCurrent)));
        Assert.Equal(new Importer("grace"), versions[0].Made.By);
        Assert.Equal((before, "/in/tea.txt", 32), (versions[1].Made, versions[1].Origin, versions[1].ContentHash.Length));
        Assert.Equal(new Importer("ada", "run 1"), versions[1].Made.By);
        Assert.Equal(["Black.\nHot.", "Green.", null], new[] { 1, 2, 3 }.Select(number => _corpus.Versions.Text(Id, number)));
        Assert.Equal(2, _corpus.Documents.Find(Id)!.Version);
    }

    [Fact]
    public void Of_NamesOne_WhenNothingChanged()
    {
        _corpus.Import("tea.txt", "Tea", "Black.");
        _corpus.Import("tea.txt", "Tea", "Black.");

        Assert.Equal([1], Numbers());
    }

    [Fact]
    public void Of_NamesTheNewest_WhenThereAreMoreThanAreKept()
    {
        for (var hour = 1; hour <= VersionLimits.DefaultCount + 3; hour++)
            _corpus.Import("tea.txt", "Tea", $"At {hour}.");

        Assert.Equal(Enumerable.Range(3, VersionLimits.DefaultCount + 1).Reverse(), Numbers());
        Assert.Equal("At 3.", _corpus.Versions.Text(Id, 3));
    }

    [Fact]
    public void Of_NamesThoseThatFit_WhenTheirBytesAreBounded()
    {
        // Digits at random do not compress below half their size.
        var texts = Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetHexString(2000)).ToList();
        foreach (var text in texts)
            Import(text, new VersionLimits(10, 3000));

        Assert.Equal([4, 3, 2], Numbers());
    }

    [Fact]
    public void Of_NamesTheCurrentOneAlone_WhenNoneAreKept()
    {
        Import("Black.", VersionLimits.Default);
        Import("Green.", VersionLimits.Default);
        var kept = Numbers();

        Import("White.", new VersionLimits(0, VersionLimits.DefaultBytes));

        Assert.Equal([2, 1], kept);
        Assert.Equal([3], Numbers());
        Assert.Null(_corpus.Versions.Text(Id, 2));
    }

    [Fact]
    public void Of_NamesTheCurrentOneAlone_WhenTheSettingsKeepNone()
    {
        using var services = TempData.ServicesIn(_data.Folder, more => more.Configure<RealmDataOptions>(options => options.DocumentVersions = 0));
        var corpus = services.GetRequiredService<CorpusLibrary>().Open("handbook");
        corpus.Import("tea.txt", "Tea", "Black.");

        corpus.Import("tea.txt", "Tea", "Green.");

        Assert.Equal([2], Numbers());
    }

    [Fact]
    public void Import_DropsWhatIsTooMuch_OfOtherDocumentsToo_WhenTheLimitWasLowered()
    {
        _corpus.Import("coffee.txt", "Coffee", "Black.");
        _corpus.Import("coffee.txt", "Coffee", "White.");

        Import("Green.", new VersionLimits(0, VersionLimits.DefaultBytes));

        Assert.Equal(2, Assert.Single(_corpus.Versions.Of(_corpus.Documents.FindId("coffee.txt")!.Value)).Number);
    }

    [Fact]
    public void Delete_LeavesNothingOfTheTextsInTheFiles()
    {
        var (former, current) = ($"Former {RandomNumberGenerator.GetHexString(6000)}.", $"Current quix{Term} {RandomNumberGenerator.GetHexString(6000)}.");
        _corpus.Import("stays.txt", "Stays", "This one stays.");
        Import(former, VersionLimits.Default);
        Import(current, VersionLimits.Default);
        var packed = Packed();
        var stood = Stands(packed) && Stands(current) && Stands(Term);

        _corpus.Documents.Delete(Id);

        Assert.True(stood, "The texts do not stand in the files as this test looks for them.");
        Assert.False(Stands(packed), "The former text still stands in the files.");
        Assert.False(Stands(former), "The former text still stands in the files, as it was when it was the current one.");
        Assert.False(Stands(current), "The current text still stands in the files.");
        Assert.False(Stands(Term), "A word of the current text still stands in the term index.");
        Assert.Equal("This one stays.", _corpus.Documents.Find(_corpus.Documents.FindId("stays.txt")!.Value)!.Text);
    }

    [Fact]
    public void Text_KnowsNothing_OfADocumentThatWasDeletedAndCameAgain()
    {
        _corpus.Import("tea.txt", "Tea", "Black.");
        _corpus.Import("tea.txt", "Tea", "Green.");
        _corpus.Documents.Delete(Id);

        _corpus.Import("tea.txt", "Tea", "White.");

        Assert.Equal([1], Numbers());
    }

    [Fact]
    public void Versions_AreKeptFromNowOn_InACorpusOfBeforeTheyWere()
    {
        _corpus.Import("tea.txt", "Tea", "Black.");
        SqliteConnection.ClearAllPools();
        using (var connection = Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = FormerSchema.ToVersion6;
            command.ExecuteNonQuery();
        }

        using var services = TempData.ServicesIn(_data.Folder);
        var corpus = services.GetRequiredService<CorpusLibrary>().Open("handbook");
        var before = corpus.Versions.Of(corpus.Documents.FindId("tea.txt")!.Value);
        corpus.Import("tea.txt", "Tea", "Green.");

        Assert.Equal(1, Assert.Single(before).Number);
        Assert.Equal("Black.", corpus.Versions.Text(corpus.Documents.FindId("tea.txt")!.Value, 1));
    }

    private long Id => _corpus.Documents.FindId("tea.txt")!.Value;

    private VersionRow Current() => _corpus.Versions.Of(Id)[0];

    private IEnumerable<int> Numbers() => _corpus.Versions.Of(Id).Select(version => version.Number);

    private void Import(string text, VersionLimits limits)
    {
        var session = _corpus.BeginImport("tea", versions: limits);
        session.Upsert("tea.txt", "Tea", text, () => CorpusSamples.Lines("Tea", text));
        session.Flush("end");
        session.Complete();
    }

    private byte[] Packed()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT text FROM document_versions";
        return (byte[])command.ExecuteScalar()!;
    }

    private bool Stands(string text) => Stands(System.Text.Encoding.UTF8.GetBytes(text));

    // A page of the file has 4 KB, so a long value stands there in parts.
    private bool Stands(byte[] bytes) => Directory.EnumerateFiles(_corpus.Folder, "corpus.db*")
        .Any(file => Read(file).AsSpan().IndexOf(bytes.AsSpan(bytes.Length / 2, Math.Min(100, bytes.Length / 2))) >= 0);

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_corpus.Folder, "corpus.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
