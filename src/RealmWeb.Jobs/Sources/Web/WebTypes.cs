using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>What is read of what a web server sends.</summary>
internal static class WebTypes
{
    private static readonly Dictionary<string, string> Endings = new(StringComparer.Ordinal)
    {
        ["text/html"] = ".html", ["application/xhtml+xml"] = ".html", ["application/pdf"] = ".pdf", ["text/plain"] = ".txt", ["text/markdown"] = ".md",
        ["application/rtf"] = ".rtf", ["text/rtf"] = ".rtf", ["application/epub+zip"] = ".epub", ["application/vnd.oasis.opendocument.text"] = ".odt",
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = ".docx",
        ["application/vnd.openxmlformats-officedocument.presentationml.presentation"] = ".pptx",
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = ".xlsx",
    };

    // Servers that do not know an ending say one of these.
    private static readonly string[] Unsaid = ["", "application/octet-stream", "binary/octet-stream", "text/plain"];

    // Documents by themselves; lists of data and archives are not what one link of a site means.
    private static readonly string[] Named =
        [".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".rtf", ".epub", ".txt", ".md", ".markdown", ".rst", ".adoc", ".ipynb"];

    private static readonly HashSet<string> NeverAsked = new(
        [
            ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".bmp", ".tif", ".tiff", ".css", ".js", ".mjs", ".map", ".woff", ".woff2",
            ".ttf", ".eot", ".mp3", ".mp4", ".m4a", ".webm", ".ogg", ".wav", ".avi", ".mov", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar",
            ".exe", ".dmg", ".iso", ".deb", ".rpm", ".apk", ".jar", ".xml", ".rss", ".atom", ".json", ".wasm",
        ], StringComparer.OrdinalIgnoreCase);

    /// <summary>By its name it is nothing to read, so it need not be asked for.</summary>
    public static bool IsNeverRead(Uri address) => NeverAsked.Contains(Path.GetExtension(address.AbsolutePath));

    /// <summary>Ending under which the reply is imported; null where it is nothing to read.</summary>
    public static string? EndingOf(WebReply reply, Uri address)
    {
        var named = Path.GetExtension(address.AbsolutePath).ToLowerInvariant();
        if (Unsaid.Contains(reply.ContentType) && Named.Contains(named) && CorpusFormats.Find(address.AbsolutePath) is not null)
            return named;
        return Endings.GetValueOrDefault(reply.ContentType);
    }
}
