using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Text;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Its stores are in a container of their own, as the site's are inside another application: the program's container gets one service.</summary>
internal sealed class LocalAnswerer(
    IOptions<RealmAnsweringOptions> options, ILoggerFactory loggers, IConfiguration? configuration, IHostEnvironment? environment)
    : IAnswerer, IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private ServiceProvider? _parts;
    private bool _disposed;

    public async Task<AskResponse> AskAsync(AskRequest request, CancellationToken cancellationToken)
    {
        await foreach (var update in AskStreamAsync(request, cancellationToken))
        {
            if (update.Answer is { } answer)
                return answer;
        }
        throw new InvalidOperationException($"The answer stream for corpus \"{request.Corpus}\" ended without an answer.");
    }

    public async IAsyncEnumerable<AskUpdate> AskStreamAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parts = Parts();
        var corpus = NameOf(parts, request.Corpus);
        var time = parts.GetRequiredService<TimeProvider>();
        await foreach (var update in parts.GetRequiredService<CorpusAnswerer>().AskAsync(request with { Corpus = corpus }, cancellationToken))
            yield return update.Answer is { } answer ? update with { Answer = answer with { Id = Guid.CreateVersion7(time.GetUtcNow()) } } : update;
    }

    public async Task<AskInfo> DescribeAsync(string corpus, CancellationToken cancellationToken)
    {
        var parts = Parts();
        return await parts.GetRequiredService<AskableCorpora>().DescribeAsync(NameOf(parts, corpus), cancellationToken);
    }

    public async Task<ImportProgress> ImportAsync(string corpus, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var parts = Parts();
        // Off the caller's thread: reading and cutting is synchronous work.
        var done = await Task.Run(() => Import(parts, corpus, [.. paths], cancellationToken), cancellationToken);
        await using var model = await parts.GetRequiredService<OpenModels>().ProductionAsync(cancellationToken);
        await Task.Run(
            () =>
            {
                var store = parts.GetRequiredService<CorpusLibrary>().Open(corpus);
                var entry = parts.GetRequiredService<ModelLibrary>().Get(model.Value.Model.Name);
                using var turn = store.LockIndex();
                IndexBuilder.Build(store.IndexRequest(model.Value.Model, entry.Name), parts.GetRequiredService<TimeProvider>(), null, cancellationToken);
                parts.GetRequiredService<ModelRegistry>().RecordEmbedder(entry, model.Value.Model.IndexVersion);
            },
            cancellationToken);
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        if (TakeParts() is { } parts)
            await parts.DisposeAsync();
    }

    // For containers that are not disposed asynchronously; nothing here waits for anything but files.
    public void Dispose()
    {
        if (TakeParts() is { } parts)
            parts.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private ServiceProvider? TakeParts()
    {
        lock (_lock)
        {
            (var parts, _parts, _disposed) = (_parts, null, true);
            return parts;
        }
    }

    // With the first question: a program that never asks makes no folder.
    private ServiceProvider Parts()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IAnswerer));
            return _parts ??= Open();
        }
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(loggers);
        if (configuration is not null)
            services.AddSingleton(configuration);
        services.AddRealmData(data => data.Directory = Path.Combine(environment?.ContentRootPath ?? "", options.Value.DataDir)).AddCorpusAnswering();
        var parts = services.BuildServiceProvider();
        try
        {
            parts.UseRealmData();
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    // Whoever asks here has no page with a list to pick from.
    private string NameOf(ServiceProvider parts, string asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var (corpora, folder) = (parts.GetRequiredService<CorpusLibrary>(), parts.GetRequiredService<RealmPaths>().Root);
        var name = asked.Length > 0 ? asked : options.Value.DefaultCorpus;
        return corpora.Names() switch
        {
            [] => throw UnknownCorpusException.NoneIn(folder, name),
            var names when name.Length > 0 && !names.Contains(name) => throw UnknownCorpusException.NotIn(folder, name, names),
            var names when corpora.FindCondition(name.Length > 0 || names.Count > 1 ? name : names[0]) is { Info: { Blocks: 0 } empty } =>
                throw NoIndexException.NotImported(empty.Name),
            _ => name,
        };
    }

    private static ImportProgress Import(ServiceProvider parts, string corpus, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var model = parts.GetRequiredService<ModelLibrary>().Production() ?? throw new NoModelException();
        var options = new CorpusReadOptions { ScratchFolder = parts.GetRequiredService<RealmPaths>().Scratch };
        var tokenizer = new WordPieceTokenizer(Vocabulary.Load(model.VocabularyFile));
        CorpusImporter.Require(paths);
        return CorpusImporter.ImportInto(parts.GetRequiredService<CorpusLibrary>(), corpus, store => CorpusImporter.Import(
            store, tokenizer, paths, CorpusImporter.KeyOf(paths, options), options, cancellationToken: cancellationToken)).Done;
    }
}
