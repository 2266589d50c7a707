using System.Text.Json;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Sources;

namespace RealmWeb.Jobs.Sources;

/// <summary>From a row to what was asked for, and back.</summary>
internal static class SourceSettings
{
    public static SaveSourceRequest Of(SourceRow row)
    {
        var kept = JsonSerializer.Deserialize<Kept>(row.SettingsJson) ?? new Kept();
        return new SaveSourceRequest(
            row.Name, row.Kind, row.Address, row.KeepDays, row.Enabled, kept.Times, kept.Website, kept.Feed, kept.Git, kept.Bucket);
    }

    public static void Fill(SourceRow row, SaveSourceRequest source)
    {
        (row.Name, row.Kind, row.Address, row.KeepDays, row.Enabled) = (source.Name, source.Kind, source.Address, source.KeepDays, source.Enabled);
        row.SettingsJson = JsonSerializer.Serialize(new Kept(source.Times, source.Website, source.Feed, source.Git, source.Bucket));
    }

    private sealed record Kept(
        SourceTimes? Times = null, WebsiteSettings? Website = null, FeedSettings? Feed = null, GitSettings? Git = null, BucketSettings? Bucket = null);
}
