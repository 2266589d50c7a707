namespace RealmWeb.Data.Storage;

/// <summary>A value that an admin may change while the site runs.</summary>
public sealed class Setting
{
    public required string Key { get; set; }
    public required string Value { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}
