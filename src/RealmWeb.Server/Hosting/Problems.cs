using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Data.Storage;

namespace RealmWeb.Server.Hosting;

/// <summary>Answers for what could not be done (RFC 9457). The detail says what was wrong with the values seen and what to do.</summary>
internal static class Problems
{
    public static ProblemHttpResult UnknownCorpus(string name) =>
        Create(StatusCodes.Status404NotFound, "unknown-corpus", "Unknown corpus",
            $"There is no corpus \"{name}\". Pick one from the list of corpora, or create it first.");

    public static ProblemHttpResult NotMultipart(HttpRequest request) =>
        Create(StatusCodes.Status415UnsupportedMediaType, "not-multipart", "Not an upload",
            $"The content type is \"{request.ContentType}\". Send the files as multipart/form-data with a boundary.");

    public static ProblemHttpResult MalformedForm(InvalidDataException bad) =>
        BadRequest("malformed-form", "Form refused", $"A part of the form cannot be read: {bad.Message} Send each file as a part with a short header.");

    public static ProblemHttpResult NoFiles() => BadRequest("no-files", "No files", "The form holds no file. Add at least one part with a file name.");

    public static ProblemHttpResult TooLarge(string detail) => Create(StatusCodes.Status413PayloadTooLarge, "upload-too-large", "Too large", detail);

    public static ProblemHttpResult TooManyFiles(int most) => TooLarge(
        $"The upload holds more than {most} files. Send them in several uploads or as one archive, or ask the administrator to raise Realm:UploadMaxFiles.");

    public static ProblemHttpResult FileTooLarge(string name, long most) => TooLarge(string.Create(CultureInfo.InvariantCulture,
        $"The file \"{name}\" is larger than {most:N0} bytes. Split it, or ask the administrator to raise Realm:FileMaxBytes."));

    public static ProblemHttpResult UploadBrokenOff(IOException brokenOff) =>
        BadRequest("upload-broken-off", "Upload broken off", $"The form ended too early: {brokenOff.Message} Send it again.");

    /// <summary>Which file, and what to do about it, is for whoever can do it.</summary>
    public static ProblemHttpResult Disk(DiskTrouble trouble, bool isAdmin) => trouble.Fault switch
    {
        DiskFault.Full => Create(StatusCodes.Status507InsufficientStorage, "disk-full", "Disk full", trouble.Sentence),
        DiskFault.Damaged => Create(StatusCodes.Status503ServiceUnavailable, "file-damaged", "Damaged file",
            isAdmin ? trouble.Sentence : "A file that this needs is damaged. An administrator can see which and repair it."),
        _ => Create(StatusCodes.Status503ServiceUnavailable, "not-writable", "Data folder not writable",
            isAdmin ? trouble.Sentence : "The site cannot write its data folder. An administrator can see why."),
    };

    public static ProblemHttpResult NotFound(string slug, string title, string detail) =>
        Create(StatusCodes.Status404NotFound, slug, title, detail);

    public static ProblemHttpResult BadRequest(string slug, string title, string detail) =>
        Create(StatusCodes.Status400BadRequest, slug, title, detail);

    public static ProblemHttpResult Conflict(string slug, string title, string detail) =>
        Create(StatusCodes.Status409Conflict, slug, title, detail);

    public static ProblemHttpResult Create(int status, string slug, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title, type: TypeOf(slug));

    /// <summary>What an exception about an argument says, without the parameter's name that .NET adds and that means nothing to a caller.</summary>
    public static string Sentence(ArgumentException exception) =>
        exception.ParamName is { } name ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;

    /// <summary>Stable name of a kind of problem, for programs.</summary>
    public static string TypeOf(string slug) => $"urn:realmweb:problem:{slug}";

    /// <summary>What to do about a status that nothing said more about.</summary>
    public static string Advice(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request could not be read. Compare it with the description at /scalar.",
        StatusCodes.Status401Unauthorized => "Nobody is signed in. Sign in, then repeat the request.",
        StatusCodes.Status403Forbidden => "This account lacks the role for that. Ask an administrator for it.",
        StatusCodes.Status404NotFound => "There is nothing at this address. Check its spelling against the description at /scalar.",
        StatusCodes.Status405MethodNotAllowed => "This address takes another method. See the description at /scalar.",
        StatusCodes.Status413PayloadTooLarge => "The request is larger than this address takes. Shorten it, or send it in parts.",
        StatusCodes.Status415UnsupportedMediaType => "This kind of content is not taken here. See the description at /scalar.",
        StatusCodes.Status429TooManyRequests => "Too many requests. Wait as many seconds as Retry-After says, then repeat the request.",
        >= 500 => "Something failed at the server. Try again; if it fails again, give the administrator the traceId.",
        _ => "The request was refused. See the description at /scalar.",
    };
}
