using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Data;
using RealmWeb.Data.Models;
using RealmWeb.Files;

namespace RealmWeb.Server.Hosting;

/// <summary>Ready: the database answers, the disk takes more, and there is a model to answer with.</summary>
internal sealed class ReadyCheck(
    IDbContextFactory<RealmDbContext> contexts, ModelLibrary models, RealmPaths paths, IOptions<RealmDataOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Database.CanConnectAsync(cancellationToken))
            return HealthCheckResult.Unhealthy("The database cannot be opened. Check that the data folder is there and writable.");
        if (DiskRoom.Free(paths.Root) is var free && free < options.Value.LeastFreeBytes)
            return HealthCheckResult.Unhealthy($"The data disk has {free >> 20} MiB left. Free space: questions are answered, but nothing can be kept.");
        return models.Production() is null
            ? HealthCheckResult.Degraded("No model is installed. Import one with `realm model import`.")
            : HealthCheckResult.Healthy();
    }
}

internal static class HealthEndpoints
{
    /// <summary>Live: the process answers. Ready: it can do its work. Both say one word, so that strangers learn nothing more.</summary>
    public static void MapRealmHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks(ApiRoutes.Live, new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        routes.MapHealthChecks(ApiRoutes.Ready, new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
    }
}
