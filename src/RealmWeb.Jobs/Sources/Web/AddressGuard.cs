using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>Keeps what the site fetches on the public internet: addresses of a host, whoever named it, must not lead to this machine, its network, or
/// what a cloud tells its machines. Checked twice: the words of an address before it is asked for, and the numbers that its host has at the moment of
/// the connection, which then goes to just these numbers. So a name that changes in between helps nobody.</summary>
internal sealed class AddressGuard
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // What Azure tells its machines.
            "168.63.129.16/32",
            // Teredo, benchmarks and others that are no places; documentation; 6to4, which has an IPv4 address in it.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    // All that is given out to hosts. Beside it are loopback, the unspecified address, mapped and translated IPv4 (::ffff:0:0/96, 64:ff9b::/96), local and
    // link-local addresses, multicast, and those that nobody knows yet.
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private readonly RealmSourcesOptions _options;

    public AddressGuard(IOptions<RealmSourcesOptions> options)
        : this(options, (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken), DialAsync)
    {
    }

    /// <param name="resolve">Finds the numbers of a host.</param>
    /// <param name="dial">Connects to one of them.</param>
    internal AddressGuard(
        IOptions<RealmSourcesOptions> options, Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<IPEndPoint, CancellationToken, Task<Stream>> dial) => (_options, Resolve, Dial) = (options.Value, resolve, dial);

    private Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; }

    private Func<IPEndPoint, CancellationToken, Task<Stream>> Dial { get; }

    /// <summary>Whether it belongs to a host of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        // An IPv4 address in the clothes of IPv6 belongs to no name; networks would look through them.
        return !address.IsIPv4MappedToIPv6 && (address.AddressFamily == AddressFamily.InterNetwork || PublicV6.Contains(address))
            && !NotPublic.Any(network => network.Contains(address));
    }

    /// <summary>An address that may be asked for, without its fragment.</summary>
    /// <param name="text">As somebody wrote it.</param>
    /// <param name="from">Where it was written, if it may be relative to that.</param>
    /// <exception cref="AddressRefusedException">It may not; the message says why.</exception>
    public Uri Require(string text, Uri? from = null)
    {
        var written = (text ?? "").Trim();
        if (!Uri.TryCreate(written, UriKind.Absolute, out var uri) || !HasScheme(written))
        {
            if (from is null || !Uri.TryCreate(from, written, out uri))
                throw new AddressRefusedException($"\"{Short(written)}\" is no address. Write a whole one, such as https://example.org/docs/.");
        }
        if (uri.Scheme is not ("http" or "https"))
            throw new AddressRefusedException($"\"{Short(written)}\" is not fetched: only http and https addresses are.");
        if (uri.UserInfo.Length > 0)
            throw new AddressRefusedException($"The address of {uri.Host} has a name or password in it. Leave them out.");
        if (uri.Host.Length == 0)
            throw new AddressRefusedException($"\"{Short(written)}\" names no host.");
        // 2130706433, 0x7f.1 and 017700000001 are 127.0.0.1: who writes addresses so means to hide them.
        if (uri.HostNameType == UriHostNameType.IPv4 && written.Contains("//", StringComparison.Ordinal)
            && !written.Contains($"//{uri.Host}", StringComparison.Ordinal))
        {
            throw new AddressRefusedException($"\"{Short(written)}\" writes an IP address in another way than by four decimal numbers.");
        }
        if (!IsPrivateAllowed(uri.Host, uri.Port, uri.IsDefaultPort))
        {
            if (!uri.IsDefaultPort && uri.Port is not (80 or 443) && !_options.Ports.Contains(uri.Port))
                throw new AddressRefusedException($"Port {uri.Port} of {uri.Host} is not fetched from. Realm:Sources:Ports allows ports beside 80 and 443.");
            if (IPAddress.TryParse(uri.IdnHost, out var number) && !IsPublic(number))
                throw NotPublicHost(uri.Host);
        }
        return uri.Fragment.Length == 0 ? uri : new UriBuilder(uri) { Fragment = "" }.Uri;
    }

    /// <summary>Connects to the numbers that were checked, and to no others.</summary>
    /// <exception cref="AddressRefusedException">One of the host's numbers is not public.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        Exception? failure = null;
        foreach (var number in await NumbersAsync(host, port, cancellationToken))
        {
            try
            {
                return await Dial(new IPEndPoint(number, port), cancellationToken);
            }
            catch (SocketException unreachable)
            {
                failure = unreachable;
            }
        }
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The numbers of a host that may be connected to.</summary>
    /// <exception cref="AddressRefusedException">One of them is not public.</exception>
    public async Task<IPAddress[]> NumbersAsync(string host, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var numbers = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, cancellationToken);
        // One bad one among them is enough: which of them is taken would be chance.
        return IsPrivateAllowed(host, port, port is 80 or 443) || (numbers.Length > 0 && numbers.All(IsPublic)) ? numbers : throw NotPublicHost(host);
    }

    // Brackets around an IPv6 address are the address's, not the host's.
    private bool IsPrivateAllowed(string host, int port, bool usual) => _options.PrivateHosts.Any(
        named => string.Equals(named, $"{host}:{port}", StringComparison.OrdinalIgnoreCase)
            || (usual && string.Equals(named.Trim('[', ']'), host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)));

    private static AddressRefusedException NotPublicHost(string host) => new(
        $"The address of {host} is not on the public internet, so it is not fetched. Realm:Sources:PrivateHosts names hosts that may be.");

    private static bool HasScheme(string written) =>
        written.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && written.AsSpan(0, colon).IndexOfAny('/', '?', '#') < 0;

    private static string Short(string written) => written.Length <= 120 ? written : $"{written[..120]}…";

    private static async Task<Stream> DialAsync(IPEndPoint place, CancellationToken cancellationToken)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An address that is not fetched; the message is shown as it is.</summary>
public sealed class AddressRefusedException(string message) : ArgumentException(message);
