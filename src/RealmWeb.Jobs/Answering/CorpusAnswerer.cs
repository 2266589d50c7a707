using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Jobs.Answering;

/// <summary>Answers questions over stored corpora with the production model. One for the whole process; safe for any number of askers.</summary>
public sealed class CorpusAnswerer
{
    private const int LongestQuestion = 1000;
    private const int MostPassages = 20;

    private readonly AskableCorpora _corpora;
    private readonly ModelLibrary _library;
    private readonly OpenModels _models;
    private readonly OpenIndexes _indexes;
    private readonly RealmJobsOptions _options;
    private readonly TimeProvider _time;

    internal CorpusAnswerer(
        AskableCorpora corpora, ModelLibrary library, OpenModels models, OpenIndexes indexes, IOptions<RealmJobsOptions> options, TimeProvider time) =>
        (_corpora, _library, _models, _indexes, _options, _time) = (corpora, library, models, indexes, options.Value, time);

    /// <summary>Answers a question: stages, then the evidence, then the answer. Leaving the stream stops the work.</summary>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    /// <exception cref="NoIndexException">The corpus is empty; or it has no index, and search by meaning alone was asked for.</exception>
    /// <exception cref="ArgumentException">The request is out of the bounds that <see cref="AskRequest"/> names.</exception>
    public async IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        var corpus = _corpora.Open(request.Corpus);
        await using var session = await AnsweringSession.OpenAsync(corpus, _models, _indexes, _library, cancellationToken);
        if (session.Index is null)
            RequireTerms(corpus, request.Retriever);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = Channel.CreateUnbounded<AskUpdate>();
        var observer = new Observer(updates.Writer, corpus.Documents, _time);
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

    /// <exception cref="ArgumentException">The request is out of the bounds that <see cref="AskRequest"/> names.</exception>
    public static void Check(AskRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrWhiteSpace(request.Question))
            throw new ArgumentException("The question is empty. Write one of 1 to 1,000 characters.");
        if (request.Question.Length > LongestQuestion)
            throw new ArgumentException($"The question has {request.Question.Length} characters. Shorten it to {LongestQuestion} at most.");
        if (request.K is < 1 or > MostPassages)
            throw new ArgumentException($"The number of passages k is {request.K}. Use 1 to {MostPassages}.");
        if (!Enum.IsDefined(request.Retriever))
            throw new ArgumentException($"There is no retriever {request.Retriever}. Use {string.Join(", ", Enum.GetNames<Retriever>())}.");
    }

    // Without an index terms answer: a hybrid search is then one by terms alone.
    private void RequireTerms(CorpusStore corpus, Retriever retriever)
    {
        if (corpus.Info().Blocks == 0)
            throw NoIndexException.Empty(corpus.Name);
        if (retriever == Retriever.Dense)
            throw _indexes.DamageOf(corpus) is null ? NoIndexException.Dense(corpus.Name) : NoIndexException.Damaged(corpus.Name);
    }

    private async Task AnswerAsync(
        AnsweringSession session, CorpusStore corpus, AskRequest request, Observer observer, ChannelWriter<AskUpdate> updates,
        CancellationToken cancellationToken)
    {
        // Off the caller's thread: searching is synchronous work.
        await Task.Yield();
        try
        {
            var asked = new AnswerOptions(request.K, Kind(request.Retriever), _options.SearchRecall);
            var (result, model) = await AnswerAsync(session, corpus, request, asked, observer, cancellationToken);
            updates.TryWrite(new AskUpdate(null, null, AnswerMapping.Response(result, corpus, model)));
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
        await using var terms = await AnsweringSession.OpenAsync(corpus, _models, _indexes, _library, cancellationToken);
        return (await terms.Answerer.AnswerAsync(request.Question, asked, observer, cancellationToken), terms.Server.Model.Name);
    }

    private static RetrieverKind Kind(Retriever retriever) => retriever switch
    {
        Retriever.Dense => RetrieverKind.Dense,
        Retriever.Lexical => RetrieverKind.Lexical,
        _ => RetrieverKind.Hybrid,
    };

    private sealed class Observer(ChannelWriter<AskUpdate> updates, CorpusDocuments documents, TimeProvider time) : IAnswerObserver
    {
        private readonly long _started = time.GetTimestamp();

        public void Encoding() => Stage(AskStage.Encoding, 0);

        public void Searching(long blocks) => Stage(AskStage.Searching, blocks);

        public void Retrieved(IReadOnlyList<Evidence> evidence) =>
            updates.TryWrite(new AskUpdate(null, AnswerMapping.Passages(evidence, documents), null));

        public void Reading(int blocks) => Stage(AskStage.Reading, blocks);

        private void Stage(AskStage stage, long blocks) =>
            updates.TryWrite(new AskUpdate(new AskProgress(stage, blocks, time.GetElapsedTime(_started).TotalMilliseconds), null, null));
    }
}
