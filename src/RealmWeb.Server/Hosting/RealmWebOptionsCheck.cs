using Microsoft.Extensions.Options;
using RealmWeb.Data.Sqlite;

namespace RealmWeb.Server.Hosting;

/// <summary>Settings whose form an attribute cannot tell: a wrong one stops the start and not the first request.</summary>
internal sealed class RealmWebOptionsCheck : IValidateOptions<RealmWebOptions>
{
    public ValidateOptionsResult Validate(string? name, RealmWebOptions options)
    {
        string[] refusals =
        [
            .. Refusals("Realm:EmbedOrigins", options.EmbedOrigins, EmbedOrigin.Parse), .. Refusals("Realm:Proxies", options.Proxies, Proxies.Parse),
            .. Refusals("Realm:Database", options.Database.Length == 0 ? [] : [options.Database], named => DatabasePlace.FileOf(named, "")),
        ];
        return refusals.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(refusals);
    }

    private static IEnumerable<string> Refusals<T>(string key, IEnumerable<string> values, Func<string, T> parse)
    {
        foreach (var value in values)
        {
            string? refusal = null;
            try
            {
                parse(value);
            }
            catch (FormatException bad)
            {
                refusal = $"{key}: {bad.Message}";
            }
            if (refusal is not null)
                yield return refusal;
        }
    }
}
