using Microsoft.Extensions.Options;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>On a start without any corpus, imports the shipped sample, so that the site answers without a single step. An ordinary run does it.</summary>
internal sealed partial class SampleCorpus(
    CorpusLibrary library, ModelLibrary models, RunLauncher launcher, RunReader runs, IOptions<RealmWebOptions> options, ILogger<SampleCorpus> logger)
        : IHostedService
{
    private const string Name = "encyclopedia";
    private const string Title = "Encyclopedia (sample)";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "samples", Name, "articles");

    // What was fitted to it for the shipped model.
    private static string Fit => Path.Combine(AppContext.BaseDirectory, "samples", Name, "fit.json");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ImportSample || !await IsMissingAsync(cancellationToken))
            return;
        if (!Directory.Exists(Folder))
        {
            LogMissing(Folder);
            return;
        }
        // A later start, with a model, does it.
        if (models.Production() is null)
        {
            LogNoModel();
            return;
        }
        try
        {
            if (!library.Exists(Name))
            {
                library.Create(Name, Title);
                library.Open(Name).SetFit(await File.ReadAllTextAsync(Fit, cancellationToken));
            }
            var run = await launcher.LaunchAsync(new ImportParameters(Name, [Folder]), "RealmWeb", cancellationToken: cancellationToken);
            LogImporting(Name, run.Id);
        }
        catch (Exception failure) when (DiskTrouble.Of(failure) is { } trouble)
        {
            // The site starts without the sample; a later start does it.
            if (library.FindCondition(Name) is { Info.Documents: 0 })
                library.Delete(Name);
            LogNoRoom(trouble.Sentence);
        }
    }

    // A start that was broken off may have made the corpus without its run.
    private async Task<bool> IsMissingAsync(CancellationToken cancellationToken) => library.Names() switch
    {
        [] => true,
        // Damaged it is not missing: its page says what is wrong.
        [Name] => library.FindCondition(Name) is { Info.Documents: 0 } && (await runs.ListAsync(new RunFilter(Target: Name), cancellationToken)).Count == 0,
        _ => false,
    };

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 5101, Level = LogLevel.Information, Message = "There is no corpus yet; the sample \"{Corpus}\" is imported by run {RunId}")]
    private partial void LogImporting(string corpus, Guid runId);

    [LoggerMessage(EventId = 5104, Level = LogLevel.Warning, Message = "The sample is not imported. {Reason}")]
    private partial void LogNoRoom(string reason);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Warning, Message = "There is no model, so the sample is not imported; add one with `realm model import`")]
    private partial void LogNoModel();

    [LoggerMessage(EventId = 5102, Level = LogLevel.Warning,
        Message = "There is no corpus yet and no sample at {Folder}; import documents on the Corpora page")]
    private partial void LogMissing(string folder);
}
