using System.Net;
using System.Text;

namespace RealmWeb.Browser.Tests;

/// <summary>A page of another site: the server's is 127.0.0.1, this one's is localhost; and styles that spoil all they reach.</summary>
internal sealed class HostPage : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    private HostPage(string name, int port, Func<HttpListenerContext, string> body)
    {
        Address = new Uri($"http://{name}:{port}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync(body);
    }

    public Uri Address { get; }

    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    /// <param name="body">What stands in the page.</param>
    public static HostPage Start(Func<HttpListenerContext, string> body, string name = "localhost")
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return new HostPage(name, port, body);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(Func<HttpListenerContext, string> body)
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var html = Encoding.UTF8.GetBytes(Whole(body(context)));
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.OutputStream.WriteAsync(html);
                context.Response.Close();
            }
            catch (Exception over) when (over is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static string Whole(string body) => $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Intranet</title><link rel="icon" href="data:,">
        <style>
          * { all: unset; font-size: 4px !important; color: lime !important; text-transform: uppercase !important; letter-spacing: 9px !important }
          iframe, dialog, form, button, input, ol, section, realm-ask { display: none !important; visibility: hidden !important; opacity: 0 !important }
          iframe { width: 7px !important; height: 7px !important }
          mark { background: none !important }
          body { display: block; transform: scale(1); overflow: hidden; height: 900px }
        </style></head>
        <body><p><a id="before" href="#">Before</a></p>{{body}}<p><a id="after" href="#">After</a></p></body></html>
        """;
}
