using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What imports could not read, and another try with just that.</summary>
public sealed class ImportFailures(UploadStore uploads, CorpusLibrary corpora)
{
    /// <summary>What a run left out, with reasons. Nothing where it is no import, or left nothing out.</summary>
    public RunFailures Of(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var skipped = SkippedOf(run);
        return new RunFailures(
            [.. skipped.Select(skip => new FailedItem(skip.Path, skip.Reason))], UploadOf(run) is { } upload && NamesOf(run, upload).Count > 0);
    }

    /// <summary>An import of the files alone in which something was skipped; null where there is nothing to try again, or the files are gone.</summary>
    public ImportParameters? Again(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (UploadOf(run) is not { } upload)
            return null;
        // The run may have ended this very moment, and what it leaves not be settled yet.
        Settle(run, upload);
        if (uploads.Files(upload) is not { Count: > 0 } files)
            return null;
        return RunParameters.Of<ImportParameters>(run) with { Files = files.Count, Bytes = files.Sum(file => file.Bytes), Prune = false };
    }

    /// <summary>Removes what a finished import does not need for another try.</summary>
    internal void Settle(Run run, string upload)
    {
        // Of an import that failed as a whole nothing stays: the disk may be full, and then what was sent is removed without a look at it.
        if (run.State == RunState.CompletedWithErrors)
            uploads.Retain(upload, NamesOf(run, upload));
        else
            uploads.Remove(upload);
    }

    private List<string> NamesOf(Run run, string upload)
    {
        var names = new UploadNames(uploads.Files(upload));
        return [.. SkippedOf(run).Select(skip => names.StoredNameOf(skip.Path)).OfType<string>().Distinct()];
    }

    private string? UploadOf(Run run) => run is { Kind: RunKind.Import, State: RunState.CompletedWithErrors }
        && RunParameters.Of<ImportParameters>(run) is var import && corpora.Exists(import.Corpus) ? import.Upload : null;

    private static IReadOnlyList<Skipped> SkippedOf(Run run) => RunKinds.Of(run.Kind).Produces == RunProduct.Documents && run.ResultJson is { } result
        ? JsonSerializer.Deserialize<ImportResultSkips>(result, JsonSerializerOptions.Web)?.Skipped ?? []
        : [];

    private sealed record ImportResultSkips(IReadOnlyList<Skipped>? Skipped);
}
