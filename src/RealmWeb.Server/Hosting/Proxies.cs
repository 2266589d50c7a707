using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace RealmWeb.Server.Hosting;

/// <summary>The proxies in front of the site. Only of them is believed who asks and under which scheme and host (X-Forwarded-For, -Proto, -Host);
/// from anybody else these headers are a stranger's claim and are not read.</summary>
internal static class Proxies
{
    /// <exception cref="FormatException">It is neither an address nor a network.</exception>
    public static IPNetwork Parse(string? given)
    {
        var text = given?.Trim() ?? "";
        if (IPNetwork.TryParse(text, out var network))
            return network;
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new FormatException($"\"{text}\" is neither an IP address nor a network. Write 10.0.0.5 or 10.0.0.0/24.");
    }

    public static WebApplication UseNamedProxies(this WebApplication app)
    {
        var named = app.Services.GetRequiredService<IOptions<RealmWebOptions>>().Value.Proxies;
        if (named.Count == 0)
            return app;
        // As many steps as there are named proxies in a row: the first address that is none of them is the asker's.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All & ~ForwardedHeaders.XForwardedPrefix, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in named)
            options.KnownIPNetworks.Add(Parse(proxy));
        app.UseForwardedHeaders(options);
        return app;
    }
}
