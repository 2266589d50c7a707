using System.Security.Claims;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sources;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Server.Corpora;

/// <summary>Where texts of a corpus came from and who brought them in, as far as it is for the one who asks: accounts are not for those who only look through
/// documents, runs and places of the server only for administrators.</summary>
internal sealed class ShownOrigins(string corpus, CorpusRights rights, ClaimsPrincipal user, SourceStore sources)
{
    private readonly bool _isAdmin = user.IsInRole(Roles.Admin);

    /// <summary>Whether it is told at all.</summary>
    public bool MayLook => rights.In(corpus) >= CorpusRole.Annotator;

    public DocumentImport Import(ImportMark mark) => new(
        mark.At, rights.In(corpus) >= CorpusRole.Curator && mark.By is { By.Length: > 0 } by ? by.By : null,
        _isAdmin && Guid.TryParse(mark.By?.Run, out var run) ? run : null);

    /// <param name="sourceId">What the document is called, in place of a path of the server.</param>
    public async Task<DocumentOrigin> OriginAsync(string origin, string sourceId, CancellationToken cancellationToken)
    {
        var file = DocumentFile.Of(origin);
        var source = file.Source is { } from ? await sources.FindAsync(from, cancellationToken) : null;
        return new DocumentOrigin(
            file.Place, file.Place != DocumentPlace.ServerFile || _isAdmin ? file.Name : sourceId, file.Source, source?.Name);
    }
}
