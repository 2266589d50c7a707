using RealmWeb.Files;

namespace RealmWeb.Server.Hosting;

/// <summary>The site as a program of its own. Inside another application it is RealmWebEmbedding.</summary>
public static class RealmWebHost
{
    internal static readonly string Name = typeof(RealmWebHost).Assembly.GetName().Name!;

    private const string DefaultAddress = "http://localhost:5080";

    /// <summary>Runs the site until it is told to stop.</summary>
    /// <returns>0, or 1 when it could not start, after one sentence on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <param name="args">Settings as --Name=value, for instance --urls=http://*:80 --Realm:DataDir=/srv/realm.</param>
    /// <param name="configure">Last changes to the builder.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        OwnerOnly.FromNowOn();
        return Build(
            new WebApplicationOptions
            {
                Args = args,
                ApplicationName = Name,
                // Started from anywhere, the published folder finds its own settings and files; in a checkout the project folder is meant.
                ContentRootPath = File.Exists("appsettings.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory,
            },
            configure);
    }

    internal static WebApplication Build(WebApplicationOptions options, Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder(options);
        // Without a publish the client's files lie in several build folders, which a manifest names; elsewhere this finds none and does nothing.
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
            builder.WebHost.UseUrls(DefaultAddress);
        // It writes the whole address of each request, and with it the questions that stand there. A configuration that names this category still gets them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        // What keeps the site from starting is said in one sentence, without these.
        var isStarted = false;
        foreach (var category in StartFailure.Doubled)
            builder.Logging.AddFilter(category, level => level >= LogLevel.Warning && (isStarted || level == LogLevel.Warning));
        builder.Services.AddRealmSite();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => isStarted = true);
        app.UseRealmSite();
        app.MapRealmSite();
        return app;
    }
}
