using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Corpora.Formats;
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
            .WithMetadata(new HiddenWhenForbidden(), new StreamsItsBody()).RequireAuthorization(Policies.Administering)
            .WithSummary("Store files (multipart/form-data) and import them into a corpus")
            .WithDescription("Send the header Idempotency-Key to make a repeated upload answer with the run of the first one.");
    }

    private static Ok<UploadLimits> Limits(IOptions<RealmWebOptions> options) => TypedResults.Ok(new UploadLimits(
        options.Value.FileMaxBytes, options.Value.UploadMaxBytes, options.Value.UploadMaxFiles, CorpusFormats.Extensions));

    private static async Task<Results<Accepted<UploadAccepted>, ProblemHttpResult>> UploadAsync(
        string name, HttpContext context, CorpusLibrary library, UploadStore uploads, UploadKeys keys, RunLauncher launcher,
        IOptions<RealmWebOptions> options, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!library.Exists(name))
            return Problems.UnknownCorpus(name);
        if (Multipart.Boundary(context.Request) is not { } boundary)
            return Problems.NotMultipart(context.Request);
        BodyLimits.Allow(context, options.Value.UploadMaxBytes);

        var by = user.Identity!.Name!;
        using var turn = await keys.EnterAsync(context.Request.Headers["Idempotency-Key"].ToString(), name, by, cancellationToken);
        if (await turn.FindAsync(cancellationToken) is { } before)
            return TypedResults.Accepted(ApiRoutes.Run(before.RunId), before);

        var upload = uploads.Begin();
        var launched = false;
        try
        {
            var form = new UploadForm(context.Request, boundary, uploads, upload, options.Value);
            var (files, bytes) = (0, 0L);
            while (await form.StoreNextAsync(cancellationToken) is { } file)
                (files, bytes) = (files + 1, bytes + file.Bytes);
            if (files == 0)
                return Problems.NoFiles();

            var run = await launcher.ImportAsync(new ImportParameters(name, [], upload), by, cancellationToken: cancellationToken);
            launched = true;
            var accepted = new UploadAccepted(run.Id, files, bytes);
            await turn.KeepAsync(accepted, CancellationToken.None);
            return TypedResults.Accepted(ApiRoutes.Run(run.Id), accepted);
        }
        catch (UploadFormException bad)
        {
            return bad.Problem;
        }
        finally
        {
            if (!launched)
                uploads.Remove(upload);
        }
    }
}
