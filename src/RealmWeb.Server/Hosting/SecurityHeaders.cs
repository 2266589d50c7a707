using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace RealmWeb.Server.Hosting;

/// <summary>Headers that keep a page to its own scripts and out of other sites' frames.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<RealmWebOptions> options)
{
    private readonly string _frames = string.Join(' ', options.Value.EmbedOrigins.Select(EmbedOrigin.Parse).Prepend("'self'"));

    private static readonly object NonceKey = new();

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.ContentSecurityPolicy = Policy(context);
        return next(context);
    }

    /// <summary>The word that the page's one inline script, the import map, must carry. New for each response.</summary>
    public static string Nonce(HttpContext context)
    {
        if (context.Items[NonceKey] is not string nonce)
            context.Items[NonceKey] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        return nonce;
    }

    // WebAssembly needs wasm-unsafe-eval; MudBlazor places its popovers with inline styles.
    // The API page writes its settings in an inline script; it shows nothing but our own description, so it alone may.
    private string Policy(HttpContext context)
    {
        var scripts = context.Request.Path.StartsWithSegments("/scalar") ? "'unsafe-inline'" : $"'wasm-unsafe-eval' 'nonce-{Nonce(context)}'";
        return $"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + $"font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {_frames}";
    }
}
