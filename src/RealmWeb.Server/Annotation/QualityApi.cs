using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Uploads;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Jobs.Annotation;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Annotation;

/// <summary>What curators look after: agreement, conflicts, labels as files.</summary>
internal static class QualityApi
{
    public static void MapAnnotationQuality(this IEndpointRouteBuilder routes)
    {
        var quality = routes.MapGroup(ApiRoutes.Annotation).WithTags("Annotation").WithMetadata(new OfCorpus()).RequireAuthorization(Policies.Curating);
        quality.MapGet("agreement/{name}", AgreementAsync).WithSummary("How far annotators of a corpus agree, and their conflicts");
        quality.MapGet("accuracy/{name}", AccuracyAsync).WithSummary("How often answers over a corpus are right, as far as askers say, by model and week");
        quality.MapGet("gaps/{name}", GapsAsync).WithSummary("What a corpus does not seem to answer, grouped by meaning");
        quality.MapPost("labels/{id:long}/choose", ChooseAsync).WithSummary("Let this label of an item count, whatever the others say");
        quality.MapPost("items/{id:long}/merge", MergeAsync).WithSummary("Put one label together out of those of an item; it counts");
        quality.MapGet("export/{name}", ExportAsync).Produces<string>(contentType: "application/octet-stream")
            .WithSummary("The labels of a corpus as question lines, SQuAD 2.0 or DPR's training file, all or of one part");
        quality.MapPost("import/{name}", ImportAsync).WithMetadata(new StreamsItsBody())
            .WithSummary("Take labels of a file (multipart/form-data) into a corpus, as submitted");
    }

    private static async Task<Results<Ok<AgreementReport>, ProblemHttpResult>> AgreementAsync(
        string name, CorpusLibrary corpora, AgreementReports reports, CancellationToken cancellationToken, int? version = null) =>
        corpora.Exists(name) ? TypedResults.Ok(await reports.OfAsync(name, version, cancellationToken)) : Problems.UnknownCorpus(name);

    private static async Task<Results<Ok<LiveAccuracy>, ProblemHttpResult>> AccuracyAsync(
        string name, CorpusLibrary corpora, LiveReports reports, CancellationToken cancellationToken) =>
        corpora.Exists(name) ? TypedResults.Ok(await reports.AccuracyAsync(name, cancellationToken)) : Problems.UnknownCorpus(name);

    private static async Task<Results<Ok<GapReport>, ProblemHttpResult>> GapsAsync(
        string name, CorpusLibrary corpora, LiveReports reports, CancellationToken cancellationToken) =>
        corpora.Exists(name) ? TypedResults.Ok(await reports.GapsAsync(name, cancellationToken)) : Problems.UnknownCorpus(name);

    private static async Task<Results<NoContent, ProblemHttpResult>> ChooseAsync(
        long id, LabelStore labels, CorpusRights rights, CancellationToken cancellationToken) =>
        await labels.ChooseAsync(id, rights.Curating, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("unknown-label", "Unknown label", $"There is no submitted label {id}. Load the conflicts again.");

    private static async Task<Results<NoContent, ProblemHttpResult>> MergeAsync(
        long id, MergeLabelsRequest request, LabelStore labels, GuidelineStore guidelines, CorpusRights rights, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        if (await labels.FindAsync(id, rights.Curating, cancellationToken) is not { } item)
            return Problems.NotFound("unknown-item", "Unknown item", $"There is no item {id}. Load the conflicts again.");
        if (request.Passages.Count > LabelContent.MostPassages)
            return Problems.BadRequest(
                "bad-merge", "Merging refused", $"{request.Passages.Count} passages are named. Keep to {LabelContent.MostPassages}.");
        var version = (await guidelines.FindAsync(item.Item.Corpus, cancellationToken: cancellationToken))?.Version ?? 0;
        var (merged, problem) = LabelMerging.Of(item, request, user.Identity!.Name!, version);
        if (problem is not null)
            return Problems.BadRequest("bad-merge", "Merging refused", problem);
        await labels.MergeAsync(merged!, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ExportAsync(
        string name, CorpusLibrary corpora, LabelExport export, CancellationToken cancellationToken,
        LabelForm form = LabelForm.QuestionLines, LabelSplit? split = null)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        using var file = new MemoryStream();
        try
        {
            await export.WriteAsync(name, file, split, form, cancellationToken);
        }
        catch (LabelMismatchException mismatch)
        {
            return Problems.Conflict("labels-mismatch", "Labels do not fit their text", mismatch.Message);
        }
        var part = split is null ? "" : $"-{split.ToString()!.ToLowerInvariant()}";
        return TypedResults.File(
            file.ToArray(), "application/octet-stream",
            $"{name}-labels{part}.{(form == LabelForm.QuestionLines ? "jsonl" : form == LabelForm.Squad ? "squad.json" : "dpr.json")}");
    }

    private static async Task<Results<Ok<LabelsImported>, ProblemHttpResult>> ImportAsync(
        string name, HttpContext context, CorpusLibrary corpora, LabelImport import, UploadStore uploads, IOptions<RealmWebOptions> options,
        ClaimsPrincipal user, CancellationToken cancellationToken, LabelForm form = LabelForm.QuestionLines)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        if (Multipart.Boundary(context.Request) is not { } boundary)
            return Problems.NotMultipart(context.Request);
        BodyLimits.Allow(context, options.Value.UploadMaxBytes);
        using var upload = uploads.Begin();
        try
        {
            if (await new UploadForm(context.Request, boundary, uploads, upload.Name, options.Value).StoreNextAsync(cancellationToken) is not { } file)
                return Problems.NoFiles();
            var read = await import.ReadAsync(name, uploads.PathOf(upload.Name, file), form, user.Identity!.Name!, cancellationToken);
            return TypedResults.Ok(new LabelsImported(read.Added, read.AlreadyThere, read.LeftOut));
        }
        catch (UploadFormException bad)
        {
            return bad.Problem;
        }
        catch (InvalidDataException bad)
        {
            return Problems.BadRequest("bad-labels", "Labels refused", bad.Message);
        }
    }
}
