namespace RealmWeb.Server.Hosting;

/// <summary>The site as a program of its own. A host app that wants it inside calls the same four methods on its own builder and application.</summary>
public static class RealmWebHost
{
    private const string DefaultAddress = "http://localhost:5080";

    /// <param name="args">Settings as --Name=value, for instance --urls=http://*:80 --Realm:DataDir=/srv/realm.</param>
    /// <param name="configure">Last changes to the builder.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(RealmWebHost).Assembly.GetName().Name,
            // Started from anywhere, the published folder finds its own settings and files; in a checkout the project folder is meant.
            ContentRootPath = File.Exists("appsettings.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory,
        });
        // Without a publish the client's files lie in several build folders, which a manifest names; elsewhere this finds none and does nothing.
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
            builder.WebHost.UseUrls(DefaultAddress);
        // It writes the whole address of each request, and with it the questions that stand there. A configuration that names this category still gets them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.AddRealmWeb();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseRealmWeb();
        app.MapRealmWeb();
        return app;
    }
}
