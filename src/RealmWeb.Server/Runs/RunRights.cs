using System.Security.Claims;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Runs;
using RealmWeb.Server.Access;

namespace RealmWeb.Server.Runs;

/// <summary>Decides who may look after a run: administrators after all of them, curators after those that put documents into a corpus of theirs, or index
/// it.</summary>
internal sealed class RunRights(RunStore runs, CorpusAccess access)
{
    /// <param name="user">Who asks.</param>
    /// <returns>False also where there is no such run.</returns>
    public async Task<bool> MayAsync(Guid id, ClaimsPrincipal? user, CancellationToken cancellationToken) =>
        user?.IsInRole(Roles.Admin) == true
        || (await runs.FindAsync(id, cancellationToken) is { } run && MayCurate(run, await access.OfAsync(user, cancellationToken)));

    private static bool MayCurate(Run run, CorpusRights rights) =>
        RunKinds.Of(run.Kind).ChangesCorpus && rights.May(run.Target, CorpusRole.Curator);
}

/// <summary>On endpoints of one run: to who may not look after it, it is not there.</summary>
internal sealed class OwnRun(RunRights rights) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var id = Guid.Parse((string)http.GetRouteValue("id")!);
        return await rights.MayAsync(id, http.User, http.RequestAborted) ? await next(context) : RunsApi.Unknown(id);
    }
}
