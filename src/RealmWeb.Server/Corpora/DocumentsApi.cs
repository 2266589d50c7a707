using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Sources;
using RealmWeb.Engine.Corpora;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>The documents of a corpus.</summary>
internal static class DocumentsApi
{
    private const int MaxPageSize = 200;

    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        var documents = routes.MapGroup($"{ApiRoutes.Corpora}/{{name}}/documents").WithTags("Corpora").WithMetadata(new HiddenWhenForbidden());
        documents.MapGet("", List).RequireAuthorization(Policies.Annotating)
            .WithSummary("Documents by title; search is a part of the title or the source id");
        documents.MapGet("{id:long}", Get).RequireAuthorization(Policies.Asking).LimitDocuments()
            .WithSummary("A document with its text; passages point into it with UTF-16 offsets");
        documents.MapGet("{id:long}/pages/{number:long}", GetPage).RequireAuthorization(Policies.Asking).LimitDocuments()
            .WithSummary("Where the words of a page of a document stand");
        documents.MapGet("{id:long}/details", DetailsAsync).RequireAuthorization(Policies.Annotating).LimitDocuments()
            .WithSummary("Where a document came from, and whether the index knows its passages");
        routes.MapGet($"{ApiRoutes.Corpora}/{{name}}/duplicates", DuplicatesAsync).WithTags("Corpora").WithMetadata(new HiddenWhenForbidden())
            .RequireAuthorization(Policies.Curating).WithSummary("Documents of a corpus with the same or nearly the same text");
        documents.MapPost("{id:long}/import", ImportAsync).RequireAuthorization(Policies.Curating)
            .WithSummary("Read the file of a document again, if it lies on the server");
        documents.MapVersions();
        documents.MapDelete("{id:long}", Delete).RequireAuthorization(Policies.Curating)
            .WithSummary("Delete a document; no answer comes from it any more");
    }

    private static Results<Ok<DocumentPage>, ProblemHttpResult> List(
        string name, CorpusLibrary library, string search = "", int page = 1, int pageSize = 50)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (page < 1 || pageSize is < 1 or > MaxPageSize)
            return Problems.BadRequest(
                "bad-page", "Page refused", $"The page is {page} and the pageSize {pageSize}. Use a page from 1 and a pageSize of 1 to {MaxPageSize}.");
        var rows = corpus.Documents.List(search.Trim(), page, pageSize);
        return TypedResults.Ok(new DocumentPage(
            [.. rows.Documents.Select(row => new DocumentSummary(row.Id, row.SourceId, row.Title, row.Characters, row.Blocks, row.ImportedAt))],
            rows.Total, page, pageSize));
    }

    private static Results<Ok<DocumentView>, ProblemHttpResult> Get(string name, long id, CorpusLibrary library)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        return corpus.Documents.Find(id) is not { } document ? Unknown(name, id)
            : TypedResults.Ok(new DocumentView(document.Id, name, document.SourceId, document.Title, document.Text)
            {
                PageStarts = document.PageStarts,
                Version = document.Version,
                HasLayout = document.PageStarts.Count > 0 && corpus.Documents.Layout(id, 1) is not null,
                Headings = [.. DocumentOutline.Of(document.Text).Select(heading => new TextRange(heading.Start, heading.End))],
            });
    }

    private static Results<Ok<DocumentPageView>, ProblemHttpResult> GetPage(string name, long id, long number, CorpusLibrary library)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.Layout(id, number) is not { } stored)
            return corpus.Documents.History(id) is null ? Unknown(name, id) : Problems.NotFound("unknown-page", "Unknown page",
                $"Nothing says how page {number} of document {id} looks. It has no such page, is no PDF, or was imported by an older version: "
                    + "then import its file again.");
        var layout = PageLayout.Decode(stored);
        return TypedResults.Ok(new DocumentPageView((int)number, layout.Width, layout.Height,
            [.. layout.Words.Select(word => new PageWord(word.Start, word.End, word.Left, word.Top, word.Right, word.Bottom))]));
    }

    private static async Task<Results<Ok<DocumentDetails>, ProblemHttpResult>> DetailsAsync(
        string name, long id, CorpusLibrary library, AskableCorpora askable, SourceStore sources, CorpusRights rights, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.History(id) is not { } history || corpus.Documents.Find(id) is not { } document)
            return Unknown(name, id);
        var passages = corpus.Blocks.OfDocument(id);
        var indexed = await askable.IndexedAsync(corpus, passages.Select(passage => passage.Row));
        var shown = new ShownOrigins(name, rights, user, sources);
        var origin = await shown.OriginAsync(history.Origin, history.SourceId, cancellationToken);
        return TypedResults.Ok(new DocumentDetails(
            origin with { IsThere = user.IsInRole(Roles.Admin) && DocumentFile.Of(history.Origin).Reading(name, history.GivenId) is not null },
            history.Added is { } added ? shown.Import(added) : null, shown.Import(history.Changed),
            [.. passages.Select(passage => new DocumentPassage(passage.Start, passage.End,
                indexed is null ? PassageState.NoIndex : indexed.Contains(passage.Row) ? PassageState.Indexed : PassageState.Waits))],
            LeftOut(document.Text, passages)));
    }

    private static async Task<Results<Ok<DuplicateReport>, ProblemHttpResult>> DuplicatesAsync(
        string name, CorpusLibrary library, DuplicateReports reports, CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        return corpus.Info().Documents <= DuplicateReports.MostDocuments ? TypedResults.Ok(await reports.GetAsync(corpus, cancellationToken))
            : Problems.Conflict("corpus-too-large", "Too many documents",
                $"\"{name}\" has more than {DuplicateReports.MostDocuments:N0} documents, which takes too long here. Run `realm corpora duplicates {name}`.");
    }

    private static async Task<Results<Accepted<RunStarted>, ProblemHttpResult>> ImportAsync(
        string name, long id, CorpusLibrary library, RunLauncher launcher, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        if (corpus.Documents.History(id) is not { } document)
            return Unknown(name, id);
        var file = DocumentFile.Of(document.Origin);
        if (file.Reading(name, document.GivenId) is not { } reading)
        {
            return Problems.Conflict("file-not-kept", "There is no file to read", file.Place switch
            {
                DocumentPlace.Upload => $"\"{file.Name}\" was sent to the site, which keeps no files. Send it again under this name.",
                DocumentPlace.ServerFile => $"The file {file.Name} is not there any more. Put it back, or delete the document.",
                DocumentPlace.Source => $"{file.Name} belongs to a source of the corpus. Bring that into step instead.",
                _ => "Nothing says which file the document came from, as it was imported by an older version. Import its file again.",
            });
        }
        var run = await launcher.LaunchAsync(reading, user.Identity!.Name!, cancellationToken: cancellationToken);
        return TypedResults.Accepted(ApiRoutes.Run(run.Id), new RunStarted(run.Id));
    }

    private static Results<NoContent, ProblemHttpResult> Delete(string name, long id, CorpusLibrary library)
    {
        if (library.Find(name) is not { } corpus)
            return Problems.UnknownCorpus(name);
        return corpus.Documents.Delete(id) ? TypedResults.NoContent() : Unknown(name, id);
    }

    // Text between passages; white space there is nothing.
    private static List<TextRange> LeftOut(string text, IReadOnlyList<BlockRow> passages)
    {
        var left = new List<TextRange>();
        var end = 0;
        foreach (var (start, next) in passages.Select(passage => (passage.Start, passage.End)).Append((text.Length, text.Length)))
        {
            var gap = text.AsSpan(end..start);
            var from = end + gap.Length - gap.TrimStart().Length;
            if (gap.Trim().Length is > 0 and var length)
                left.Add(new TextRange(from, from + length));
            end = next;
        }
        return left;
    }

    internal static ProblemHttpResult Unknown(string corpus, long id) =>
        Problems.NotFound("unknown-document", "Unknown document",
            $"There is no document {id} in \"{corpus}\". It may have been deleted; search for it by title.");
}
