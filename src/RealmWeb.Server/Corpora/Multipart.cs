using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using RealmWeb.Engine.Text;

namespace RealmWeb.Server.Corpora;

/// <summary>What a multipart/form-data request says about its parts.</summary>
internal static class Multipart
{
    /// <summary>Null when the request is none.</summary>
    public static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary ? boundary.ToString() : null;

    /// <summary>The name at the sender, fit to be shown: it stands in lists, logs and ids later. Null when the part is no file.</summary>
    public static string? FileName(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            return null;
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
        return name.HasValue && name.Length > 0 ? ShownNames.Clean(name.ToString()) : null;
    }
}
