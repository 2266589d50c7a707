using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Answers questions from the corpora of a data folder, in this process: no web server, no accounts, no questions kept. For any number of askers.
/// <c>services.AddRealmAnswering()</c> adds it; what it holds open goes with the container. A site or the `realm` command may use the folder too.</summary>
public interface IAnswerer
{
    /// <summary>Answers a question. The first one loads the model.</summary>
    /// <exception cref="ArgumentException">The request is out of the bounds that <see cref="AskRequest"/> names.</exception>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    /// <exception cref="NoIndexException">Nothing was imported into it; or it has no index, and search by meaning alone was asked for.</exception>
    /// <exception cref="NoModelException">There is no model.</exception>
    /// <exception cref="ModelDamagedException">The model cannot be loaded.</exception>
    /// <exception cref="CorpusDamagedException">The corpus cannot be read.</exception>
    Task<AskResponse> AskAsync(AskRequest request, CancellationToken cancellationToken = default);

    /// <summary>The same for a question alone.</summary>
    /// <param name="corpus">Empty for the default one.</param>
    Task<AskResponse> AskAsync(string question, string corpus = "", CancellationToken cancellationToken = default) =>
        AskAsync(new AskRequest(question, corpus), cancellationToken);

    /// <summary>The stages of an answer, the evidence as it was found, then the answer. Leaving the stream stops the work.</summary>
    IAsyncEnumerable<AskUpdate> AskStreamAsync(AskRequest request, CancellationToken cancellationToken = default);

    /// <summary>Whether a corpus can answer, and from what.</summary>
    /// <param name="corpus">Empty for the default one.</param>
    /// <exception cref="UnknownCorpusException">There is no such corpus.</exception>
    Task<AskInfo> DescribeAsync(string corpus = "", CancellationToken cancellationToken = default);

    /// <summary>Puts files, folders and archives into a corpus, which is made if it does not exist, and builds its index. The same again changes nothing;
    /// broken off and called again it goes on where it was. Questions are answered meanwhile.</summary>
    /// <returns>What was added and changed, and what could not be read, with the reasons.</returns>
    /// <exception cref="ArgumentException">The corpus cannot be called so.</exception>
    /// <exception cref="FileNotFoundException">One of the paths leads nowhere.</exception>
    /// <exception cref="InvalidDataException">None of the files could be read.</exception>
    /// <exception cref="NoModelException">There is no model.</exception>
    Task<ImportProgress> ImportAsync(string corpus, IEnumerable<string> paths, CancellationToken cancellationToken = default);
}
