using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RealmWeb.Jobs.Sources;
using RealmWeb.Jobs.Sources.Web;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.8.9.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.31.255.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://100.100.100.200/latest/meta-data/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::ffff:8.8.8.8]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[64:ff9b:1::1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001:0:7f00:1::]/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.1/")]
    [InlineData("http://134744072/")]
    [InlineData("http://user:secret@example.org/")]
    [InlineData("http://example.org:22/")]
    [InlineData("https://example.org:8443/")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.org/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/docs/")]
    [InlineData("example.org")]
    [InlineData("")]
    public void Require_Refuses_WhatIsNotOnThePublicWeb(string address) =>
        Assert.Throws<AddressRefusedException>(() => Guard().Require(address));

    [Theory]
    [InlineData("https://example.org", "https://example.org/")]
    [InlineData("http://example.org:80/a/../b#part", "http://example.org/b")]
    [InlineData("http://8.8.8.8/", "http://8.8.8.8/")]
    [InlineData("https://[2606:4700::1]/", "https://[2606:4700::1]/")]
    public void Require_HandsBackTheAddress_WithoutItsFragment(string address, string expected) =>
        Assert.Equal(expected, Guard().Require(address).AbsoluteUri);

    [Fact]
    public void Require_TakesPrivateHostsAndPorts_ThatTheSettingsName()
    {
        var guard = Guard(options =>
        {
            options.PrivateHosts.Add("127.0.0.1:8080");
            options.PrivateHosts.Add("wiki.intranet");
            options.Ports.Add(8443);
        });

        Assert.Equal("http://127.0.0.1:8080/", guard.Require("http://127.0.0.1:8080").AbsoluteUri);
        Assert.Equal("https://example.org:8443/", guard.Require("https://example.org:8443").AbsoluteUri);
        Assert.Equal("http://wiki.intranet/", guard.Require("http://wiki.intranet").AbsoluteUri);
        Assert.Throws<AddressRefusedException>(() => guard.Require("http://127.0.0.1:8081"));
        Assert.Throws<AddressRefusedException>(() => guard.Require("http://wiki.intranet:8080"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("8.8.8.8,127.0.0.1")]
    [InlineData("")]
    public async Task Fetch_ConnectsNowhere_WhenTheNameLeadsToAPrivateAddress(string numbers)
    {
        var dialled = new List<IPEndPoint>();
        using var web = Fetcher(_ => Numbers(numbers), place =>
        {
            dialled.Add(place);
            throw new SocketException((int)SocketError.ConnectionRefused);
        });

        var reply = await web.GetAsync(new Uri("http://innocent.example/"), TestContext.Current.CancellationToken);

        Assert.Contains("innocent.example is not on the public internet", reply.Failure, StringComparison.Ordinal);
        Assert.Empty(dialled);
    }

    [Fact]
    public async Task Fetch_ConnectsToWhatWasChecked_AndRefusesAName_ThatChangesItsAddress()
    {
        await using var site = await LoopbackSite.StartAsync();
        site.Page("/", "Home", "Welcome.");
        var port = new Uri(site.Root).Port;
        var answers = new Queue<string>(["93.184.216.34", "127.0.0.1"]);
        var asked = 0;
        var dialled = new List<string>();
        using var web = Fetcher(
            _ =>
            {
                asked++;
                return Numbers(answers.Dequeue());
            },
            async place =>
            {
                dialled.Add($"{place.Address}");
                // The public address, as far as a test can have one.
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return new NetworkStream(socket, ownsSocket: true);
            },
            options => options.Ports.Add(port));
        var first = new Uri($"http://rebinding.example:{port}/");

        var before = await web.GetAsync(first, TestContext.Current.CancellationToken);
        // Another port is another connection, for which the name is asked again.
        var after = await web.GetAsync(new Uri("http://rebinding.example/"), TestContext.Current.CancellationToken);

        Assert.True(before.IsOk);
        Assert.Contains("not on the public internet", after.Failure, StringComparison.Ordinal);
        Assert.Equal(2, asked);
        Assert.Equal(["93.184.216.34"], dialled);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("//10.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://private.example/")]
    public async Task Follow_StopsAtARedirect_ToWhatIsPrivate(string location)
    {
        await using var site = await LoopbackSite.StartAsync();
        site.Pages["/"] = new Served("", Status: 302) { Location = "/hop" };
        site.Pages["/hop"] = new Served("", Status: 307) { Location = location };
        using var web = Fetcher(_ => Numbers("127.0.0.1"), Loopback, options => options.PrivateHosts.Add(site.Host));

        var (reply, _) = await web.FollowAsync(new Uri(site.Root), TestContext.Current.CancellationToken);

        Assert.False(reply.IsOk);
        Assert.NotNull(reply.Failure);
        Assert.Equal(["/", "/hop"], site.TakeAnswers().Select(answer => answer.Path));
    }

    [Fact]
    public async Task Follow_GivesUp_WhenASiteLeadsOnForEver()
    {
        await using var site = await LoopbackSite.StartAsync();
        site.Pages["/"] = new Served("", Status: 302) { Location = "/" };
        using var web = Fetcher(_ => Numbers("127.0.0.1"), Loopback, options => options.PrivateHosts.Add(site.Host));

        var (reply, _) = await web.FollowAsync(new Uri(site.Root), TestContext.Current.CancellationToken);

        Assert.Equal("it leads on more than 5 times", reply.Failure);
    }

    [Fact]
    public async Task Get_StopsReading_WhenAReplyUnpacksToMoreThanTheLimit()
    {
        await using var site = await LoopbackSite.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(new byte[10_000_000]);
        site.Handler = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed.ToArray());
            return true;
        };
        using var web = Fetcher(_ => Numbers("127.0.0.1"), Loopback, options => options.PrivateHosts.Add(site.Host));

        var reply = await web.GetAsync(new Uri(site.Root), TestContext.Current.CancellationToken, limit: 100_000);

        Assert.Equal("it is larger than 100,000 bytes", reply.Failure);
    }

    private static AddressGuard Guard(Action<RealmSourcesOptions>? configure = null) => new(Options(configure));

    private static WebFetcher Fetcher(
        Func<string, IPAddress[]> resolve, Func<IPEndPoint, Task<Stream>> dial, Action<RealmSourcesOptions>? configure = null)
    {
        var options = Options(configure);
        return new WebFetcher(new AddressGuard(options, (host, _) => Task.FromResult(resolve(host)), (place, _) => dial(place)), options, TimeProvider.System);
    }

    private static IOptions<RealmSourcesOptions> Options(Action<RealmSourcesOptions>? configure)
    {
        var options = new RealmSourcesOptions { Pause = TimeSpan.Zero };
        configure?.Invoke(options);
        return Microsoft.Extensions.Options.Options.Create(options);
    }

    private static IPAddress[] Numbers(string numbers) =>
        [.. numbers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => IPAddress.Parse(number))];

    private static async Task<Stream> Loopback(IPEndPoint place)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(place);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
