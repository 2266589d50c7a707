namespace RealmWeb.Contracts.Hubs;

/// <summary>Where the hubs are mapped.</summary>
public static class HubRoutes
{
    public const string Ask = "/hubs/ask";
    public const string Events = "/hubs/events";
}
