using Microsoft.AspNetCore.Authorization;
using RealmWeb.Contracts.Access;
using RealmWeb.Data.Access;

namespace RealmWeb.Server.Access;

/// <summary>On endpoints whose {name} is a corpus.</summary>
internal class OfCorpus;

/// <summary>So much in the corpus that the address names; where it names none, in some corpus: what the endpoint then reads, it reads within
/// the <see cref="CorpusScope"/> of <see cref="CorpusRights"/>, which the stores ask for.</summary>
internal sealed record CorpusRequirement(CorpusRole Least) : IAuthorizationRequirement;

/// <summary>The rights of who sent a request, as its policy read them.</summary>
internal sealed class RequestRights
{
    public CorpusRights? Rights { get; set; }

    public CorpusRights Required => Rights
        ?? throw new InvalidOperationException("The endpoint takes rights in corpora and has no policy that reads them. Give it one of Policies.");
}

internal sealed class CorpusRequirementHandler(CorpusAccess access) : AuthorizationHandler<CorpusRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, CorpusRequirement requirement)
    {
        var http = context.Resource as HttpContext;
        var rights = await access.OfAsync(context.User, http?.RequestAborted ?? CancellationToken.None);
        if (http is not null)
            http.RequestServices.GetRequiredService<RequestRights>().Rights = rights;
        if (http?.GetEndpoint()?.Metadata.GetMetadata<OfCorpus>() is null || http.GetRouteValue("name") is not string corpus)
        {
            if (rights.MaySomewhere(requirement.Least))
                context.Succeed(requirement);
        }
        else if (rights.May(corpus, requirement.Least))
        {
            context.Succeed(requirement);
        }
        else if (rights.MaySomewhere(requirement.Least))
        {
            context.Fail(new HiddenCorpus(this));
        }
    }
}

/// <summary>There is such a corpus or not: this one is told that there is none.</summary>
internal sealed class HiddenCorpus(IAuthorizationHandler handler) : AuthorizationFailureReason(handler, "No right in this corpus.");
