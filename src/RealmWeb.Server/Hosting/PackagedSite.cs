namespace RealmWeb.Server.Hosting;

/// <summary>The files of the site where an application takes RealmWeb.Server as a package: a folder of their own beside its assemblies, with a list.</summary>
internal static class PackagedSite
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "realmweb");

    /// <summary>Null where the site was built with the program.</summary>
    public static string? Root { get; } = Path.Combine(Folder, "wwwroot") is var root && Directory.Exists(root) ? root : null;

    public static string List { get; } = Path.Combine(Folder, $"{RealmWebHost.Name}.staticwebassets.endpoints.json");
}
