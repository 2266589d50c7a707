using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealmWeb.Jobs.Tests.Sources;

/// <summary>What a path of the site answers.</summary>
internal sealed record Served(string Body, string ContentType = "text/html; charset=utf-8", int Status = 200)
{
    public byte[]? Bytes { get; init; }

    public string? Location { get; init; }

    public bool Tagged { get; init; } = true;
}

/// <summary>A web server on loopback whose pages a test writes and changes.</summary>
internal sealed class LoopbackSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, int Status)> _answers = new();

    private LoopbackSite(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, Served> Pages { get; } = new(StringComparer.Ordinal);

    /// <summary>Called before each answer.</summary>
    public Func<string, Task>? OnRequest { get; set; }

    /// <summary>Answers beside the pages; null where it has none.</summary>
    public Func<HttpContext, Task<bool>>? Handler { get; set; }

    public string Root { get; private set; } = "";

    public string Host => new Uri(Root).Authority;

    /// <summary>What was asked for since the last time this was asked.</summary>
    public List<(string Path, int Status)> TakeAnswers()
    {
        var taken = new List<(string, int)>();
        while (_answers.TryDequeue(out var answer))
            taken.Add(answer);
        return taken;
    }

    /// <param name="address">Another one than 127.0.0.1, at the port given.</param>
    /// <param name="certificate">Makes it a site of https.</param>
    public static async Task<LoopbackSite> StartAsync(IPAddress? address = null, int port = 0, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, port, listening =>
        {
            if (certificate is not null)
                listening.UseHttps(certificate);
        }));
        var app = builder.Build();
        var site = new LoopbackSite(app);
        app.Run(site.AnswerAsync);
        await app.StartAsync();
        site.Root = app.Urls.Single();
        return site;
    }

    public void Page(string path, string title, string text, params string[] links) => Pages[path] = new Served(
        $"<html><head><title>{title}</title></head><body><nav><a href=\"/\">Home</a> Menu of everything</nav><main><article><h1>{title}</h1><p>{text}</p>"
            + $"{string.Concat(links.Select(link => $"<p><a href=\"{link}\">{link}</a></p>"))}</article></main></body></html>");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString.ToString();
        if (OnRequest is { } asked)
            await asked(path);
        if (Handler is { } handler && await handler(context))
            return;
        if (!Pages.TryGetValue(path, out var page))
            context.Response.StatusCode = 404;
        else
        {
            var body = page.Bytes ?? Encoding.UTF8.GetBytes(page.Body);
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
            context.Response.StatusCode = page.Status;
            if (page.Location is { } location)
                context.Response.Headers.Location = location;
            if (page is { Tagged: true, Status: 200 })
                context.Response.Headers.ETag = tag;
            if (page is { Tagged: true, Status: 200 } && context.Request.Headers.IfNoneMatch == tag)
                context.Response.StatusCode = 304;
            else
            {
                context.Response.ContentType = page.ContentType;
                await context.Response.Body.WriteAsync(body);
            }
        }
        _answers.Enqueue((path, context.Response.StatusCode));
    }
}
