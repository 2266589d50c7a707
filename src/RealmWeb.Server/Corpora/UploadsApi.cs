using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>Takes files and starts their import. Nothing of a body is held in memory: it is streamed to disk part by part.</summary>
internal static class UploadsApi
{
    public static void MapUploads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ApiRoutes.UploadLimits, Limits).WithTags("Corpora").RequireAuthorization(Policies.SignedIn).WithSummary("What an upload may hold");
        routes.MapPost($"{ApiRoutes.Corpora}/{{name}}/files", UploadAsync).WithTags("Corpora")
            .WithMetadata(new HiddenWhenForbidden(), new StreamsItsBody()).RequireAuthorization(Policies.Curating)
            .WithSummary("Store files (multipart/form-data) and import them into a corpus")
            .WithDescription(
                "textColumn and titleColumn name the columns of tables (or fields of JSON) that hold text and title. "
                + "prune=true deletes documents of earlier uploads of these files and folders that are not in them any more. "
                + "Send the header Idempotency-Key to make a repeated upload answer with the run of the first one.");
    }

    private static Ok<UploadLimits> Limits(IOptions<RealmWebOptions> options) => TypedResults.Ok(new UploadLimits(
        options.Value.FileMaxBytes, options.Value.UploadMaxBytes, options.Value.UploadMaxFiles, CorpusFormats.Extensions));

    private static async Task<Results<Accepted<UploadAccepted>, ProblemHttpResult>> UploadAsync(
        string name, string? textColumn, string? titleColumn, HttpContext context, CorpusLibrary library, UploadStore uploads, RunLauncher launcher,
        RunStore runs, IOptions<RealmWebOptions> options, ClaimsPrincipal user, CancellationToken cancellationToken, bool prune = false)
    {
        if (!library.Exists(name))
            return Problems.UnknownCorpus(name);
        if (Multipart.Boundary(context.Request) is not { } boundary)
            return Problems.NotMultipart(context.Request);
        BodyLimits.Allow(context, options.Value.UploadMaxBytes);

        var by = user.Identity!.Name!;
        var key = RequestKey(context.Request.Headers["Idempotency-Key"].ToString(), name, by);
        if (key is not null && await runs.FindByRequestAsync(key, cancellationToken) is { } before)
            return Accepted(before);

        using var upload = uploads.Begin();
        try
        {
            var form = new UploadForm(context.Request, boundary, uploads, upload.Name, options.Value);
            var (files, bytes) = (0, 0L);
            while (await form.StoreNextAsync(cancellationToken) is { } file)
                (files, bytes) = (files + 1, bytes + file.Bytes);
            if (files == 0)
                return Problems.NoFiles();

            var import = new ImportParameters(
                name, [], upload.Name, Files: files, Bytes: bytes, TextColumn: Named(textColumn), TitleColumn: Named(titleColumn),
                Prune: prune);
            var launched = await launcher.LaunchAsync(import, by, key, cancellationToken);
            var run = (await runs.FindAsync(launched.Id, CancellationToken.None))!;
            // The same request sent twice at one moment is one run, of whichever came first.
            if (RunParameters.Of<ImportParameters>(run).Upload == upload.Name)
                upload.Keep();
            return Accepted(run);
        }
        catch (UploadFormException bad)
        {
            return bad.Problem;
        }
    }

    private static string? Named(string? column) => string.IsNullOrWhiteSpace(column) ? null : column.Trim();

    private static Accepted<UploadAccepted> Accepted(Run run)
    {
        var import = RunParameters.Of<ImportParameters>(run);
        return TypedResults.Accepted(ApiRoutes.Run(run.Id), new UploadAccepted(run.Id, import.Files, import.Bytes));
    }

    // Hashed: a sender's text of any length becomes a key of ours, and two users never meet. Null where the sender named none.
    private static string? RequestKey(string named, string corpus, string user) => named.Length == 0
        ? null
        : $"upload:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\u001f{corpus}\u001f{named}")).AsSpan(0, 16))}";
}
