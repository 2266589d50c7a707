using Microsoft.Extensions.Options;

namespace RealmWeb.Jobs.Notices;

/// <summary>An address that is told when runs end.</summary>
public sealed class Webhook
{
    public string Url { get; set; } = "";

    /// <summary>Known to both sides alone: it signs what is sent.</summary>
    public string Secret { get; set; } = "";
}

/// <summary>Stops a host whose webhooks cannot be used.</summary>
internal sealed class WebhookCheck : IValidateOptions<RealmJobsOptions>
{
    private const int ShortestSecret = 16;

    public ValidateOptionsResult Validate(string? name, RealmJobsOptions options)
    {
        for (var i = 0; i < options.Webhooks.Count; i++)
        {
            var (key, webhook) = ($"{RealmJobsOptions.Section}:Webhooks:{i}", options.Webhooks[i]);
            if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                return ValidateOptionsResult.Fail($"{key}:Url is \"{webhook.Url}\". Write a whole address, such as https://example.org/hook.");
            if (webhook.Secret.Length < ShortestSecret)
                return ValidateOptionsResult.Fail($"{key}:Secret has {webhook.Secret.Length} characters. Use at least {ShortestSecret}, drawn at random.");
        }
        return ValidateOptionsResult.Success;
    }
}
