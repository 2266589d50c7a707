using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Server.Questions;

/// <summary>What the site needs of whatever answers questions.</summary>
internal interface IAsker
{
    /// <summary>Stages, then evidence, then the answer.</summary>
    IAsyncEnumerable<AskUpdate> AskAsync(AskRequest request, CancellationToken cancellationToken);

    /// <summary>Whether a corpus can answer now, and from what.</summary>
    Task<AskInfo> DescribeAsync(string corpus, CancellationToken cancellationToken);
}
