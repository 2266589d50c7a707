using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Data.Notices;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Notices;

/// <summary>Tells the addresses of <see cref="RealmJobsOptions.Webhooks"/> when a run ended. What is to be told stands in a table, so that a restart loses
/// nothing; an address that does not answer is tried again, later each time. Whoever gets a delivery twice knows it by its id.</summary>
internal sealed partial class WebhookSender(
    WebhookStore deliveries, RunReader reader, SettingStore settings, IOptions<RealmJobsOptions> options, TimeProvider time, ILogger<WebhookSender> logger)
    : BackgroundService
{
    public const string TimeHeader = "X-RealmWeb-Timestamp";
    public const string SignatureHeader = "X-RealmWeb-Signature";
    public const string DeliveryHeader = "X-RealmWeb-Delivery";

    internal const int MostAttempts = 10;

    private const int AtOnce = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A run that ended longer ago is no news.
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    // Where it leads elsewhere it is not followed: only what an administrator wrote down is told anything.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Patience };

    /// <summary>What a receiver computes to know that a delivery is genuine: HMAC-SHA256 over the time, a dot and the body.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));

    /// <summary>The pause after so many attempts that failed.</summary>
    internal static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempts - 1, 16)));

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Webhooks.Count == 0)
            return;
        using var timer = new PeriodicTimer(options.Value.Heartbeat, time);
        do
        {
            foreach (var webhook in options.Value.Webhooks)
            {
                try
                {
                    await DeliverAsync(webhook, stoppingToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogNotRead(webhook.Url, failure);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DeliverAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A new address is told what ends from now on.
        var key = $"webhook.since:{webhook.Url}";
        if (await settings.FindAsync(key, cancellationToken) is not { } since)
            await settings.SetAsync(key, since = now.UtcTicks.ToString(CultureInfo.InvariantCulture), cancellationToken);
        var from = new DateTimeOffset(long.Parse(since, CultureInfo.InvariantCulture), TimeSpan.Zero);
        await deliveries.AddMissingAsync(webhook.Url, from > now - News ? from : now - News, now, cancellationToken);
        foreach (var (delivery, run) in await deliveries.DueAsync(webhook.Url, now, AtOnce, cancellationToken))
        {
            var snapshot = await reader.SnapshotAsync(run, cancellationToken);
            var body = JsonSerializer.Serialize(new { type = "run.ended", run = snapshot }, JsonSerializerOptions.Web);
            delivery.Error = await SendAsync(webhook, delivery.Id, body, cancellationToken);
            delivery.Attempts++;
            var givenUp = delivery.Error is not null && delivery.Attempts >= MostAttempts;
            delivery.ArrivedAt = delivery.Error is null ? time.GetUtcNow() : null;
            delivery.NextAt = delivery.Error is null || givenUp ? null : time.GetUtcNow() + PauseAfter(delivery.Attempts);
            await deliveries.UpdateAsync(delivery, cancellationToken);
            if (givenUp)
                LogGivenUp(run.Id, webhook.Url, delivery.Attempts, delivery.Error!);
        }
    }

    /// <returns>Why it did not arrive; null when it did.</returns>
    private async Task<string?> SendAsync(Webhook webhook, Guid delivery, string body, CancellationToken cancellationToken)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url);
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.Add(TimeHeader, timestamp);
        request.Headers.Add(SignatureHeader, Sign(webhook.Secret, timestamp, body));
        request.Headers.Add(DeliveryHeader, delivery.ToString());
        try
        {
            using var reply = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return reply.IsSuccessStatusCode ? null : $"It answered {(int)reply.StatusCode}.";
        }
        catch (HttpRequestException unreachable)
        {
            return unreachable.Message;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"It did not answer within {Patience.TotalSeconds:0} s.";
        }
    }

    [LoggerMessage(EventId = 4401, Level = LogLevel.Warning,
        Message = "{Url} was not told of the end of run {RunId} after {Attempts} tries; given up. {Reason}")]
    private partial void LogGivenUp(Guid runId, string url, int attempts, string reason);

    [LoggerMessage(EventId = 4402, Level = LogLevel.Warning, Message = "What {Url} is to be told could not be read or written; tried again")]
    private partial void LogNotRead(string url, Exception exception);
}
