using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>Answers for the site: fills in its default corpus and keeps what was asked.</summary>
internal sealed class Asker(
    CorpusAnswerer answerer, AskableCorpora corpora, QuestionJournal journal, IOptions<RealmWebOptions> options, TimeProvider time)
{
    /// <summary>Stages, then evidence, then the answer. Leaving the stream stops the work.</summary>
    /// <exception cref="ArgumentException">The request is out of the bounds that <see cref="AskRequest"/> names.</exception>
    public async IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, AskedBy askedBy, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in answerer.AskAsync(request with { Corpus = OrDefault(request.Corpus) }, cancellationToken))
        {
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
    public Task<AskInfo> DescribeAsync(string corpus, CancellationToken cancellationToken) => corpora.DescribeAsync(OrDefault(corpus), cancellationToken);

    private string OrDefault(string corpus) => corpus.Length > 0 ? corpus : options.Value.DefaultCorpus;
}
