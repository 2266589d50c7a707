using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Sources;
using RealmWeb.Jobs.Sources.Git;
using RealmWeb.Jobs.Sources.Web;

namespace RealmWeb.Jobs.Tests.Sources;

/// <summary>git connects to the number that was checked, whatever the name leads to later, and to no other place that a server names. Two servers at one port
/// stand for the public one and for one inside the network; no resolver but the product's knows the name.</summary>
public sealed class GitAddressTests : IAsyncLifetime
{
    private const string Name = "repository.example";
    private const string Authorities = "GIT_SSL_CAINFO";

    private static readonly IPAddress Checked = IPAddress.Loopback;
    private static readonly IPAddress Inside = IPAddress.Parse("127.0.0.2");

    private readonly TestRepository _repository = new();
    private readonly X509Certificate2 _certificate = Certificate();
    private readonly string _authorities = Path.GetTempFileName();
    private readonly Queue<IPAddress> _numbers = new();
    private readonly ConcurrentBag<string> _ofPublic = [];
    private readonly ConcurrentBag<string> _ofInside = [];
    private LoopbackSite _public = null!;
    private LoopbackSite _inside = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        _repository.Write("README.md", "# Read me\n\nAll about it.");
        _repository.Commit();
        await File.WriteAllTextAsync(_authorities, _certificate.ExportCertificatePem());
        // The one variable of this kind that git gets from the site.
        Environment.SetEnvironmentVariable(Authorities, _authorities);
        _public = await LoopbackSite.StartAsync(Checked, certificate: _certificate);
        _inside = await LoopbackSite.StartAsync(Inside, new Uri(_public.Root).Port, _certificate);
        (_public.Handler, _inside.Handler) = (ServeAsync, ServeAsync);
        (_public.OnRequest, _inside.OnRequest) = (NoteIn(_ofPublic), NoteIn(_ofInside));
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Authorities, null);
        await _public.DisposeAsync();
        await _inside.DisposeAsync();
        _certificate.Dispose();
        _repository.Dispose();
        File.Delete(_authorities);
    }

    [Fact]
    public async Task Sync_ConnectsToTheNumberThatWasChecked_WhenTheNameLeadsElsewhereLater()
    {
        await using var host = await StartAsync(isAllowed: true);
        _numbers.Enqueue(Checked);
        _numbers.Enqueue(Inside);

        var sync = await host.SyncAsync(await AddAsync(host));

        Assert.Equal((RunState.Succeeded, 1L, null), (sync.State, sync.Added, sync.Note));
        Assert.Equal(1, _asked);
        Assert.NotEmpty(_ofPublic);
        Assert.Empty(_ofInside);
    }

    [Fact]
    public async Task Sync_ConnectsNowhere_WhenTheNameLeadsIntoTheNetwork()
    {
        await using var host = await StartAsync(isAllowed: false);
        _numbers.Enqueue(Inside);

        var sync = await host.SyncAsync(await AddAsync(host));

        Assert.Equal(RunState.Failed, sync.State);
        Assert.Contains($"{Name} is not on the public internet", sync.Note, StringComparison.Ordinal);
        Assert.Empty(_ofPublic);
        Assert.Empty(_ofInside);
    }

    [Fact]
    public async Task Sync_FollowsNoRedirect()
    {
        await using var host = await StartAsync(isAllowed: true);
        _numbers.Enqueue(Checked);
        _public.Handler = context =>
        {
            context.Response.Redirect($"{_inside.Root}{context.Request.Path}{context.Request.QueryString}");
            return Task.FromResult(true);
        };

        var sync = await host.SyncAsync(await AddAsync(host));

        Assert.Equal(RunState.Failed, sync.State);
        Assert.Contains("The repository cannot be read", sync.Note, StringComparison.Ordinal);
        Assert.NotEmpty(_ofPublic);
        Assert.Empty(_ofInside);
    }

    [Theory]
    [InlineData("git version 2.36.9", false)]
    [InlineData("git version 2.37.0.windows.1", true)]
    [InlineData("git version 2.39.5 (Apple Git-154)", true)]
    [InlineData("git version 3.0.0", true)]
    [InlineData("git version 1.99.0", false)]
    [InlineData("something else", false)]
    public void TakesNumbers_IsSaidOfVersionsThatDo(string version, bool takes) => Assert.Equal(takes, GitProgram.TakesNumbers(version));

    /// <param name="isAllowed">The settings allow the host although its numbers are not public: a test has no public ones.</param>
    private Task<SourceHost> StartAsync(bool isAllowed) => SourceHost.StartAsync(
        options =>
        {
            options.Ports.Add(new Uri(_public.Root).Port);
            if (isAllowed)
                options.PrivateHosts.Add($"{Name}:{new Uri(_public.Root).Port}");
        },
        services: services => services.AddSingleton(provider => new AddressGuard(
            provider.GetRequiredService<IOptions<RealmSourcesOptions>>(), (_, _) => Resolve(), (_, _) => throw new InvalidOperationException())));

    private static Func<string, Task> NoteIn(ConcurrentBag<string> requests) => path =>
    {
        requests.Add(path);
        return Task.CompletedTask;
    };

    private Task<IPAddress[]> Resolve()
    {
        _asked++;
        return Task.FromResult<IPAddress[]>([_numbers.Dequeue()]);
    }

    private Task<SourceView> AddAsync(SourceHost host) => host.AddAsync(
        new SaveSourceRequest("Docs", SourceKind.Git, $"https://{Name}:{new Uri(_public.Root).Port}/docs.git"));

    // The smart protocol of git over HTTP.
    private async Task<bool> ServeAsync(HttpContext context)
    {
        var isList = context.Request.Path.Value!.EndsWith("/info/refs", StringComparison.Ordinal);
        context.Response.ContentType = $"application/x-git-upload-pack-{(isList ? "advertisement" : "result")}";
        if (isList)
            await context.Response.WriteAsync("001e# service=git-upload-pack\n0000");
        using var git = _repository.Start(["upload-pack", "--stateless-rpc", .. isList ? new[] { "--advertise-refs" } : [], "."]);
        await context.Request.Body.CopyToAsync(git.StandardInput.BaseStream);
        git.StandardInput.Close();
        await git.StandardOutput.BaseStream.CopyToAsync(context.Response.Body);
        await git.WaitForExitAsync();
        return true;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        names.AddIpAddress(Inside);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
