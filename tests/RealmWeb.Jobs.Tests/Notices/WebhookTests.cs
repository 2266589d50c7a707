using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Notices;
using RealmWeb.Jobs.Notices;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Notices;

/// <summary>Deliveries to a listener on this machine.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Secret = "a secret of both sides";

    private readonly TempData _data = new();
    private readonly HttpListener _listener = new();
    private readonly string _url;

    public WebhookTests()
    {
        // A free port of the system's choice; a listener of HTTP cannot ask for one itself.
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook/";
        }
        _listener.Prefixes.Add(_url);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Close();
        _data.Dispose();
    }

    [Fact]
    public async Task EndOfARun_IsToldWithASignature_AndToldAgainUntilItArrives()
    {
        await using var host = await StartAsync();
        await UntilAsync(async () => await host.Get<Data.Storage.SettingStore>().FindAsync($"webhook.since:{_url}") is not null);
        await RunSamples.InStateAsync(host.Store, RunState.Cancelled);
        var cancelled = await ReceiveAsync(200);
        var run = await RunSamples.InStateAsync(host.Store, RunState.Succeeded, kind: RunKind.FineTune);
        var refused = await ReceiveAsync(500);
        await UntilAsync(async () => (await host.Get<WebhookStore>().FindAsync(run.Id, _url))?.Attempts == 1);
        var waiting = (await host.Get<WebhookStore>().FindAsync(run.Id, _url))!;
        await host.Get<WebhookStore>().UpdateAsync(Now(waiting));

        var taken = await ReceiveAsync(204);
        await UntilAsync(async () => (await host.Get<WebhookStore>().FindAsync(run.Id, _url))!.ArrivedAt is not null);

        var body = JsonDocument.Parse(taken.Body).RootElement;
        var told = body.GetProperty("run");
        Assert.Equal("run.ended", body.GetProperty("type").GetString());
        Assert.Equal((run.Id, "Succeeded"), (told.GetProperty("id").GetGuid(), told.GetProperty("state").GetString()));
        Assert.Contains("\"Cancelled\"", cancelled.Body, StringComparison.Ordinal);
        Assert.Equal(WebhookSender.Sign(Secret, taken.Time, taken.Body), taken.Signature);
        Assert.NotEqual(WebhookSender.Sign(Secret, taken.Time, taken.Body + " "), taken.Signature);
        Assert.Equal((refused.Delivery, "It answered 500."), (taken.Delivery, waiting.Error));
        Assert.True(waiting.NextAt > TimeProvider.System.GetUtcNow().AddSeconds(1), "It is not tried again at once.");
    }

    [Fact]
    public void Signature_IsWhatReceiversComputeElsewhere() =>
        // printf '1.{}' | openssl dgst -sha256 -hmac "a secret of both sides"
        Assert.Equal(Expected, WebhookSender.Sign(Secret, "1", "{}"));

    [Fact]
    public void Pause_GrowsToAnHour() =>
        Assert.Equal([10, 20, 40, 3600, 3600], new[] { 1, 2, 3, 10, 60 }.Select(attempts => WebhookSender.PauseAfter(attempts).TotalSeconds));

    [Theory]
    [InlineData("example.org", Secret, "Realm:Jobs:Webhooks:0:Url is \"example.org\".")]
    [InlineData("file:///etc/passwd", Secret, "Write a whole address")]
    [InlineData("https://example.org/hook", "short", "Realm:Jobs:Webhooks:0:Secret has 5 characters. Use at least 16")]
    public async Task Host_DoesNotStart_WithAWebhookThatCannotBeUsed(string url, string secret, string why)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => JobsHost.StartAsync(
            _data.Folder, options => options.Webhooks.Add(new Webhook { Url = url, Secret = secret })));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private const string Expected = "sha256=943d5582c0b94fda4743bfd71995b2e2a822e30b658122bf0b38c0b845956847";

    private Task<JobsHost> StartAsync() => JobsHost.StartAsync(_data.Folder, options => options.Webhooks.Add(new Webhook { Url = _url, Secret = Secret }));

    private static WebhookDelivery Now(WebhookDelivery waiting) => new()
    {
        Id = waiting.Id, RunId = waiting.RunId, Url = waiting.Url, Attempts = waiting.Attempts, NextAt = TimeProvider.System.GetUtcNow(), Error = waiting.Error,
    };

    private async Task<(string Body, string Time, string Signature, string Delivery)> ReceiveAsync(int status)
    {
        var context = await _listener.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        context.Response.StatusCode = status;
        context.Response.Close();
        var headers = context.Request.Headers;
        return (body, headers[WebhookSender.TimeHeader]!, headers[WebhookSender.SignatureHeader]!, headers[WebhookSender.DeliveryHeader]!);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }
}
