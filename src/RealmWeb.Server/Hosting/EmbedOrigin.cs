namespace RealmWeb.Server.Hosting;

/// <summary>A site that may show this one in a frame, in the form that a Content-Security-Policy takes: scheme, host in ASCII, port.</summary>
internal static class EmbedOrigin
{
    /// <exception cref="FormatException">It is no origin; the message says why and what to write.</exception>
    public static string Parse(string? given)
    {
        var text = given?.Trim() ?? "";
        if (text.Contains('*', StringComparison.Ordinal))
            throw Refused(text, "holds a *, so sites that nobody named could show this one and take clicks meant for it. Name each site");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw Refused(text, "is no address with https:// or http://. Write it as https://intranet.example");
        // IdnHost is the name as it goes over the wire (punycode); headers take nothing else.
        if (Uri.CheckHostName(uri.IdnHost) == UriHostNameType.Unknown || !Ascii(uri.IdnHost))
            throw Refused(text, $"has \"{uri.Host}\" for a host, which is no host's name. Check its spelling");
        if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || text.EndsWith('?') || text.EndsWith('#'))
            throw Refused(text, "has a path, and browsers compare scheme, host and port alone. Write it without what follows the host");
        if (uri.UserInfo.Length > 0)
            throw Refused(text, "has a user's name in it. Write scheme and host alone");
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    private static bool Ascii(string host) => host.All(char.IsAscii);

    private static FormatException Refused(string text, string why) => new($"\"{text}\" {why}.");
}
