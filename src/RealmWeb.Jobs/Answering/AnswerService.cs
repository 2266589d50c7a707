using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Jobs.Answering;

/// <summary>The index of a corpus, as lists show it.</summary>
/// <param name="Generation">The one that answers; null when there is none.</param>
/// <param name="Blocks">Passages in it.</param>
/// <param name="Stale">Passages were added or changed since, or the production model is another one.</param>
/// <param name="Model">Model that made its vectors; null when there is none.</param>
/// <param name="Damage">Why it cannot be used and what to do; terms alone answer. Null when nothing is wrong, as far as it was read.</param>
public sealed record IndexState(string? Generation, long Blocks, bool Stale, string? Model, string? Damage = null);

/// <summary>Answers questions over stored corpora with the production model. One for the whole process; safe for any number of askers.</summary>
public sealed class AnswerService(CorpusLibrary corpora, ModelLibrary models, RunStore runs, TimeProvider time, IOptions<RealmJobsOptions> options)
    : IAsyncDisposable
{
    private const int ExamplesShown = 3;

    private readonly OpenModels _models = new(models);
    private readonly OpenIndexes _indexes = new();

    /// <summary>Tells that a corpus answers from another generation than before: corpus, generation.</summary>
    public event Action<string, string>? IndexSwitched
    {
        add => _indexes.Switched += value;
        remove => _indexes.Switched -= value;
    }

    /// <summary>Answers a question: stages, then the evidence, then the answer. Leaving the stream stops the work.</summary>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    /// <exception cref="NoIndexException">The corpus is empty; or it has no index, and search by meaning alone was asked for.</exception>
    /// <exception cref="ArgumentException">The question or k is out of bounds.</exception>
    public async IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var corpus = Corpus(request.Corpus);
        await using var session = await AnsweringSession.OpenAsync(corpus, _models, _indexes, models, cancellationToken);
        if (session.Index is null)
            RequireTerms(corpus, request.Retriever);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = Channel.CreateUnbounded<AskUpdate>();
        var observer = new Observer(updates.Writer, time);
        var answering = AnswerAsync(session, corpus, request, observer, updates.Writer, stop.Token);
        try
        {
            await foreach (var update in updates.Reader.ReadAllAsync(cancellationToken))
                yield return update;
            await answering;
        }
        finally
        {
            await stop.CancelAsync();
            // The session may only close when nothing computes on it any more.
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether a corpus can answer now, and from what.</summary>
    /// <param name="corpus">Empty for the default one.</param>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    public async Task<AskInfo> DescribeAsync(string corpus, CancellationToken cancellationToken)
    {
        var store = Corpus(corpus);
        var info = store.Info();
        var index = StateOf(info.Name);
        var active = await runs.ListAsync(
            new RunFilter(RunTransitions.Open, RunKinds.Where(kind => kind.ChangesCorpus), info.Name, 1), cancellationToken);
        return new AskInfo(
            info.Name, info.Title, info.Documents, info.Blocks, index.Generation, active.Count > 0, index.Model ?? models.Production()?.Name ?? "",
            index.Stale, ExampleQuestions.For(store, info, ExamplesShown), IndexDamaged: index.Damage is not null);
    }

    /// <summary>The index of a corpus as lists show it.</summary>
    public IndexState StateOf(string corpus)
    {
        if (corpora.Find(corpus) is not { } store || IndexFolder.Current(store.IndexFolder) is not { } generation)
            return new IndexState(null, 0, false, null);
        if (_indexes.DamageOf(store) is { } damage)
            return new IndexState(null, 0, false, null, damage);
        try
        {
            var manifest = GenerationManifest.Read(Path.Combine(store.IndexFolder, generation));
            var stale = manifest.CorpusVersion != store.Info().Version || manifest.Model != models.Production()?.Name;
            return new IndexState(generation, manifest.Count, stale, manifest.Model);
        }
        catch (IndexException damaged)
        {
            return new IndexState(null, 0, false, null, damaged.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _indexes.DisposeAsync();
        await _models.DisposeAsync();
    }

    private CorpusStore Corpus(string name) =>
        corpora.Find(name.Length > 0 ? name : Default()) ?? throw new UnknownCorpusException(name);

    // Without an index terms answer: a hybrid search is then one by terms alone.
    private void RequireTerms(CorpusStore corpus, Retriever retriever)
    {
        if (corpus.Info().Blocks == 0)
            throw NoIndexException.Empty(corpus.Name);
        if (retriever == Retriever.Dense)
            throw _indexes.DamageOf(corpus) is null ? NoIndexException.Dense(corpus.Name) : NoIndexException.Damaged(corpus.Name);
    }

    // The first by name that has an index, else the first with passages: a new corpus, empty still, must not take the first page away from everybody.
    private string Default()
    {
        var names = corpora.Names();
        var sound = names.Select(corpora.FindCondition).Select(condition => condition?.Info).OfType<CorpusInfo>();
        var chosen = sound.FirstOrDefault(info => corpora.Find(info.Name) is { } corpus && IndexFolder.Current(corpus.IndexFolder) is not null)
            ?? sound.FirstOrDefault(info => info.Blocks > 0)
            ?? sound.FirstOrDefault();
        return chosen?.Name ?? (names is [var damaged, ..] ? damaged : "");
    }

    private async Task AnswerAsync(
        AnsweringSession session, CorpusStore corpus, AskRequest request, Observer observer, ChannelWriter<AskUpdate> updates,
            CancellationToken cancellationToken)
    {
        // Off the caller's thread: searching is synchronous work.
        await Task.Yield();
        try
        {
            var asked = new AnswerOptions(request.K, Kind(request.Retriever), options.Value.SearchRecall);
            var (result, model) = await AnswerAsync(session, corpus, request, asked, observer, cancellationToken);
            updates.TryWrite(new AskUpdate(null, null, AnswerMapping.Response(result, corpus.Info().Name, model)));
            updates.TryComplete();
        }
#pragma warning disable CA1031 // Whatever it is reaches the asker through the channel.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            updates.TryComplete(failure);
        }
    }

    // Parts of an index are compared with their checksums when they are first read: where one is damaged, terms answer.
    private async Task<(AnswerResult Result, string Model)> AnswerAsync(
        AnsweringSession session, CorpusStore corpus, AskRequest request, AnswerOptions asked, Observer observer, CancellationToken cancellationToken)
    {
        try
        {
            return (await session.Answerer.AnswerAsync(request.Question, asked, observer, cancellationToken), session.Server.Model.Name);
        }
        catch (IndexException damage) when (session.Index is not null)
        {
            await _indexes.CondemnAsync(corpus, session.Index, damage);
        }
        RequireTerms(corpus, request.Retriever);
        await using var terms = await AnsweringSession.OpenAsync(corpus, _models, _indexes, models, cancellationToken);
        return (await terms.Answerer.AnswerAsync(request.Question, asked, observer, cancellationToken), terms.Server.Model.Name);
    }

    private static RetrieverKind Kind(Retriever retriever) => retriever switch
    {
        Retriever.Dense => RetrieverKind.Dense,
        Retriever.Lexical => RetrieverKind.Lexical,
        _ => RetrieverKind.Hybrid,
    };

    private sealed class Observer(ChannelWriter<AskUpdate> updates, TimeProvider time) : IAnswerObserver
    {
        private readonly long _started = time.GetTimestamp();

        public void Encoding() => Stage(AskStage.Encoding, 0);

        public void Searching(long blocks) => Stage(AskStage.Searching, blocks);

        public void Retrieved(IReadOnlyList<Evidence> evidence) =>
            updates.TryWrite(new AskUpdate(null, AnswerMapping.Passages(evidence), null));

        public void Reading(int blocks) => Stage(AskStage.Reading, blocks);

        private void Stage(AskStage stage, long blocks) =>
            updates.TryWrite(new AskUpdate(new AskProgress(stage, blocks, time.GetElapsedTime(_started).TotalMilliseconds), null, null));
    }
}
