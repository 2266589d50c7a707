using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora.Duplicates;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Reports of documents that say the same. The site makes one at a time, and keeps the last one of each corpus until the corpus changes.</summary>
public sealed class DuplicateReports : IDisposable
{
    /// <summary>Documents of a corpus that the site compares while somebody waits.</summary>
    public const int MostDocuments = 50_000;

    private const int MostSets = 200;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, (string Version, DuplicateReport Report)> _known = new(StringComparer.Ordinal);

    public async Task<DuplicateReport> GetAsync(CorpusStore corpus, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var version = corpus.Info().Version;
            if (_known.TryGetValue(corpus.Name, out var known) && known.Version == version)
                return known.Report;
            var report = await Task.Run(() => Of(corpus, DuplicateFinder.DefaultThreshold, MostSets, cancellationToken: cancellationToken), cancellationToken);
            _known[corpus.Name] = (version, report);
            return report;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="most">Groups that are named.</param>
    /// <param name="progress">Told how many documents of how many were read.</param>
    public static DuplicateReport Of(
        CorpusStore corpus, double threshold, int most, Action<long, long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var finder = new DuplicateFinder(id => corpus.Documents.Find(id)?.Text, threshold);
        var (done, total) = (0L, corpus.Info().Documents);
        foreach (var document in corpus.Documents.Enumerate())
        {
            cancellationToken.ThrowIfCancellationRequested();
            finder.Add(document.Id, document.Text);
            done++;
            progress?.Invoke(done, total);
        }
        var groups = finder.Groups(cancellationToken);
        return new DuplicateReport(corpus.Name, done, threshold, groups.Count, [.. groups.Take(most).Select(group => Shown(corpus, group))]);
    }

    public void Dispose() => _turn.Dispose();

    private static DuplicateSet Shown(CorpusStore corpus, DuplicateGroup group)
    {
        var rows = corpus.Documents.Rows([.. group.Documents.Select(document => document.Id)]);
        return new DuplicateSet(group.IsExact, [.. group.Documents.Join(rows, document => document.Id, row => row.Id, (document, row) =>
            new DuplicateDocument(row.Id, row.Title, row.SourceId, row.Characters, document.Similarity, document.IsSame))]);
    }
}
