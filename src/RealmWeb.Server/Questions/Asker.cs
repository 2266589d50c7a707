using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Access;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Access;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>Answers for the site, from the corpora that somebody may ask: fills in the default one and keeps what was asked.</summary>
internal sealed class Asker(
    CorpusAnswerer answerer, AskableCorpora corpora, CorpusAccess access, QuestionJournal journal, IOptions<RealmWebOptions> options, TimeProvider time)
{
    /// <summary>Stages, then evidence, then the answer. Leaving the stream stops the work.</summary>
    /// <exception cref="ArgumentException">The request is out of the bounds that <see cref="AskRequest"/> names.</exception>
    /// <exception cref="UnknownCorpusException">There is no such corpus for this one, or there is none any more: text goes to nobody whose right ended while
    /// the question was being answered.</exception>
    public async IAsyncEnumerable<AskUpdate> AskAsync(
        AskRequest request, ClaimsPrincipal? user, AskedBy askedBy, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // First, as for a corpus that is not there.
        CorpusAnswerer.Check(request);
        var corpus = Named(request.Corpus, await access.OfAsync(user, cancellationToken));
        await foreach (var update in answerer.AskAsync(request with { Corpus = corpus }, cancellationToken))
        {
            if (update.Stage is null && !(await access.OfAsync(user, cancellationToken)).May(corpus, CorpusRole.Asker))
                throw new UnknownCorpusException(corpus);
            if (update.Answer is not { } given)
            {
                yield return update;
                continue;
            }
            var answer = given with { Id = Guid.CreateVersion7(time.GetUtcNow()) };
            if (options.Value.KeepsQuestions)
                journal.Keep(KeptQuestion.Of(answer, request.Retriever, askedBy, time.GetUtcNow()));
            yield return update with { Answer = answer };
        }
    }

    /// <summary>Whether a corpus can answer now, and from what.</summary>
    /// <exception cref="UnknownCorpusException">There is no such corpus for this one.</exception>
    public async Task<AskInfo> DescribeAsync(string corpus, ClaimsPrincipal? user, CancellationToken cancellationToken) =>
        await corpora.DescribeAsync(Named(corpus, await access.OfAsync(user, cancellationToken)), cancellationToken);

    private string Named(string corpus, CorpusRights rights)
    {
        var scope = rights.Asking;
        if (corpus.Length == 0 && options.Value.DefaultCorpus is { Length: > 0 } set && scope.Takes(set))
            corpus = set;
        if (corpus.Length == 0)
            corpus = corpora.Default(scope);
        return corpus.Length > 0 && scope.Takes(corpus) ? corpus : throw new UnknownCorpusException(corpus);
    }
}
