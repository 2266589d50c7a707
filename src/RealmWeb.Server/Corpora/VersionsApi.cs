using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sources;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>The texts that documents had before. Whoever may read a document may read them.</summary>
internal static class VersionsApi
{
    /// <param name="documents">The documents of a corpus.</param>
    public static void MapVersions(this IEndpointRouteBuilder documents)
    {
        documents.MapGet("{id:long}/versions", ListAsync).RequireAuthorization(Policies.Asking).LimitDocuments()
            .WithSummary("The texts that a document has and had, the newest first, as far as they are kept");
        documents.MapGet("{id:long}/versions/{number:long}", GetAsync).RequireAuthorization(Policies.Asking).LimitDocuments()
            .WithSummary("A version of a document with its text; the current one too");
        documents.MapGet("{id:long}/versions/{number:long}/changes", Changes).RequireAuthorization(Policies.Asking).LimitDocuments()
            .WithSummary("Paragraphs that were added and removed between two versions; against is the other one, by default the one before");
    }

    private static async Task<Results<Ok<List<DocumentVersion>>, ProblemHttpResult>> ListAsync(
        string name, long id, CorpusLibrary library, SourceStore sources, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.History(id) is not { } history || corpus.Versions.Of(id) is not { Count: > 0 } versions)
            return DocumentsApi.Unknown(name, id);
        var shown = new ShownOrigins(name, rights, user, sources);
        var list = new List<DocumentVersion>(versions.Count);
        foreach (var version in versions)
            list.Add(await ShownAsync(version, history.SourceId, shown, cancellationToken));
        return TypedResults.Ok(list);
    }

    private static async Task<Results<Ok<DocumentVersionView>, ProblemHttpResult>> GetAsync(
        string name, long id, long number, CorpusLibrary library, SourceStore sources, CorpusRights rights, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.History(id) is not { } history)
            return DocumentsApi.Unknown(name, id);
        if (corpus.Versions.Of(id).FirstOrDefault(known => known.Number == number) is not { } version || corpus.Versions.Text(id, number) is not { } text)
            return UnknownVersion(id, number);
        return TypedResults.Ok(new DocumentVersionView(
            await ShownAsync(version, history.SourceId, new ShownOrigins(name, rights, user, sources), cancellationToken), text));
    }

    private static Results<Ok<DocumentChanges>, ProblemHttpResult> Changes(
        string name, long id, long number, CorpusLibrary library, long? against = null)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.History(id) is null)
            return DocumentsApi.Unknown(name, id);
        var other = against ?? corpus.Versions.Of(id).FirstOrDefault(version => version.Number < number)?.Number ?? number - 1;
        var (from, to) = (Math.Min(number, other), Math.Max(number, other));
        if (corpus.Versions.Text(id, from) is not { } before)
            return UnknownVersion(id, from);
        return corpus.Versions.Text(id, to) is not { } after ? UnknownVersion(id, to)
            : TypedResults.Ok(VersionComparison.Of((int)from, before, (int)to, after));
    }

    private static async Task<DocumentVersion> ShownAsync(VersionRow version, string sourceId, ShownOrigins shown, CancellationToken cancellationToken) =>
        new(version.Number, version.Title, version.Characters, Convert.ToHexStringLower(version.ContentHash), shown.Import(version.Made), version.IsCurrent,
            shown.MayLook ? await shown.OriginAsync(version.Origin, sourceId, cancellationToken) : null);

    private static ProblemHttpResult UnknownVersion(long id, long number) => Problems.NotFound("unknown-version", "Unknown version",
        $"Version {number} of document {id} is not kept. The document never had it, or it is older than those that are kept; the list of versions names "
            + "these.");
}
