using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What an import did so far; stored with each batch, so that a resumed import counts on.</summary>
/// <param name="Blocks">Blocks of the documents that were added or changed.</param>
/// <param name="SkippedCount">All that was skipped.</param>
/// <param name="Skipped">The first <see cref="CorpusImporter.MostSkippedNamed"/> of them.</param>
/// <param name="BytesRead">Of the files, as they lie on disk.</param>
public sealed record ImportProgress(
    long Added, long Changed, long Unchanged, long Blocks, long SkippedCount, IReadOnlyList<Skipped> Skipped, long BytesRead, long BytesTotal)
{
    public static ImportProgress Zero { get; } = new(0, 0, 0, 0, 0, [], 0, 0);

    /// <summary>Documents read, whether or not they were new.</summary>
    public long Documents => Added + Changed + Unchanged;

    /// <summary>Of the added ones, those whose id another file uses too; they are stored under a longer one.</summary>
    public long ToldApart { get; init; }

    /// <summary>What there is to say of files that were read whole; the first <see cref="CorpusImporter.MostSkippedNamed"/>.</summary>
    public IReadOnlyList<Skipped> Remarks { get; init; } = [];

    internal ImportProgress With(UpsertOutcome outcome, int blocks) => outcome switch
    {
        UpsertOutcome.Added => this with { Added = Added + 1, Blocks = Blocks + blocks },
        UpsertOutcome.Changed => this with { Changed = Changed + 1, Blocks = Blocks + blocks },
        _ => this with { Unchanged = Unchanged + 1 },
    };

    internal ImportProgress WithRemark(Skipped remark) =>
        Remarks.Count < CorpusImporter.MostSkippedNamed ? this with { Remarks = [.. Remarks, remark] } : this;

    internal ImportProgress With(Skipped skip) => this with
    {
        SkippedCount = SkippedCount + 1,
        Skipped = Skipped.Count < CorpusImporter.MostSkippedNamed ? [.. Skipped, skip] : Skipped,
    };
}

/// <summary>What an import did, and which stored documents of its files and folders it did not find there any more.</summary>
/// <param name="Departed">They stay stored until they are deleted. Documents of files that were skipped are not among them.</param>
public sealed record ImportResult(ImportProgress Done, IReadOnlyList<DepartedDocument> Departed);
