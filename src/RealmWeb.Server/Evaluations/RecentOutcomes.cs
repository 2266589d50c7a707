using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Server.Evaluations;

/// <summary>The reports that were read last: to turn a page must not read megabytes again.</summary>
internal sealed class RecentOutcomes
{
    // Those of a comparison.
    private const int Kept = 2;
    private readonly Lock _lock = new();
    private readonly List<(string File, DateTime Written, IReadOnlyList<QuestionOutcome> Outcomes)> _recent = [];

    /// <exception cref="IOException">The report is gone.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IReadOnlyList<QuestionOutcome> Read(string file)
    {
        var written = File.GetLastWriteTimeUtc(file);
        lock (_lock)
        {
            if (_recent.Find(kept => kept.File == file && kept.Written == written) is { Outcomes: { } known })
                return known;
        }
        var outcomes = OutcomeFile.Read(file);
        lock (_lock)
        {
            _recent.RemoveAll(kept => kept.File == file);
            _recent.Insert(0, (file, written, outcomes));
            _recent.RemoveRange(Math.Min(Kept, _recent.Count), Math.Max(0, _recent.Count - Kept));
        }
        return outcomes;
    }
}
