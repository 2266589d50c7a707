using System.Net;
using System.Text;

namespace RealmWeb.Tour;

/// <summary>A page of another site, which shows the box.</summary>
internal sealed class Intranet : IAsyncDisposable
{
    public const string Origin = "http://localhost:5999";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    private Intranet(string box)
    {
        _listener.Prefixes.Add($"{Origin}/");
        _listener.Start();
        _serving = ServeAsync(Encoding.UTF8.GetBytes(Whole(box)));
    }

    public static Intranet With(string box) => new(box);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(byte[] html)
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
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

    private static string Whole(string box) => $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Intranet</title><link rel="icon" href="data:,">
        <meta name="viewport" content="width=device-width"><style>
          body { font: 17px/1.6 system-ui, sans-serif; margin: 0; background: #fbf8f3; color: #3b2f2f }
          header { background: #7a2e1d; color: #fff; padding: 18px 8% } main { padding: 24px 8%; max-width: 760px }
        </style></head>
        <body><header><strong>Station intranet</strong></header>
        <main><h1>Welcome</h1><p>Rooms, boats and the canteen. Ask below.</p>{{box}}</main></body></html>
        """;
}
