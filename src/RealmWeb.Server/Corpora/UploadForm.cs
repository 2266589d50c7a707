using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using RealmWeb.Data.Storage;
using RealmWeb.Data.Uploads;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Corpora;

/// <summary>A form with files cannot be taken; the problem says which limit it broke or where it ended.</summary>
internal sealed class UploadFormException(ProblemHttpResult problem, Exception? cause = null) : Exception(problem.ProblemDetails.Detail, cause)
{
    public ProblemHttpResult Problem { get; } = problem;
}

/// <summary>The files of a multipart/form-data request, stored one after the other as they arrive. Nothing of them is held in memory.</summary>
/// <param name="upload">Folder that <see cref="UploadStore.Begin"/> gave.</param>
internal sealed class UploadForm(HttpRequest request, string boundary, UploadStore uploads, string upload, RealmWebOptions limits)
{
    private readonly MultipartReader _reader = new(boundary, request.Body) { BodyLengthLimit = limits.FileMaxBytes };
    private int _files;

    /// <summary>Stores the next file; null at the end of the form.</summary>
    /// <exception cref="UploadFormException">The form breaks a limit or off.</exception>
    public async Task<UploadedFile?> StoreNextAsync(CancellationToken cancellationToken)
    {
        while (await NextPartAsync(cancellationToken) is { } part)
        {
            if (Multipart.FileName(part) is { } name)
                return await StoreAsync(name, part.Body, cancellationToken);
        }
        return null;
    }

    private async Task<MultipartSection?> NextPartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (InvalidDataException bad)
        {
            throw new UploadFormException(Problems.MalformedForm(bad), bad);
        }
        catch (IOException brokenOff) when (brokenOff is not BadHttpRequestException)
        {
            throw new UploadFormException(Problems.UploadBrokenOff(brokenOff), brokenOff);
        }
    }

    private async Task<UploadedFile> StoreAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (++_files > limits.UploadMaxFiles)
            throw new UploadFormException(Problems.TooManyFiles(limits.UploadMaxFiles));
        try
        {
            return await uploads.AddAsync(upload, name, content, cancellationToken: cancellationToken);
        }
        catch (InvalidDataException tooLong)
        {
            throw new UploadFormException(Problems.FileTooLarge(name, limits.FileMaxBytes), tooLong);
        }
        catch (IOException brokenOff) when (brokenOff is not BadHttpRequestException && DiskTrouble.Of(brokenOff) is null)
        {
            throw new UploadFormException(Problems.UploadBrokenOff(brokenOff), brokenOff);
        }
    }
}
