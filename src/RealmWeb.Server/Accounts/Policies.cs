using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Access;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Accounts;

/// <summary>Who may do what. An endpoint that names no policy is for admins. Rights below an admin's are rights in corpora: see
/// <see cref="CorpusAccess"/>.</summary>
internal static class Policies
{
    /// <summary>Ask, and read the documents that answers point into: anyone while Realm:OpenAsking, else every account,
    /// in corpora that are open to them.</summary>
    public const string Asking = "asking";

    /// <summary>Say what is wrong with one's answers: every account, and visitors while Realm:VisitorFlags.</summary>
    public const string Flagging = "flagging";

    /// <summary>Label questions; look through documents.</summary>
    public const string Annotating = "annotating";

    /// <summary>Look after labels of a corpus: agreement, conflicts, guidelines, files.</summary>
    public const string Curating = "curating";

    /// <summary>Look after what all corpora have in common: the queue. For who curates in one corpus it is not.</summary>
    public const string CuratingAll = "curating-all";

    /// <summary>Change corpora, models and accounts; start and stop runs.</summary>
    public const string Administering = "administering";

    /// <summary>Any account.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>A widget's token, and nothing else.</summary>
    public const string Widget = "widget";

    public static IReadOnlyList<string> AllRoles { get; } = [Roles.Asker, Roles.Annotator, Roles.Curator, Roles.Admin];

    public static IServiceCollection AddRealmPolicies(this IServiceCollection services)
    {
        services.AddSingleton<CorpusAccess>();
        services.AddScoped<RequestRights>();
        services.AddScoped(provider => provider.GetRequiredService<RequestRights>().Required);
        services.AddSingleton<IAuthorizationHandler, CorpusRequirementHandler>();
        services.AddSingleton<IAuthorizationHandler, FlaggingHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Asking, policy => policy.AddRequirements(new CorpusRequirement(CorpusRole.Asker)))
            .AddPolicy(Flagging, policy => policy.AddRequirements(new FlaggingRequirement(), new CorpusRequirement(CorpusRole.Asker)))
            .AddPolicy(Annotating, policy => policy.AddRequirements(new CorpusRequirement(CorpusRole.Annotator)))
            .AddPolicy(Curating, policy => policy.AddRequirements(new CorpusRequirement(CorpusRole.Curator)))
            .AddPolicy(CuratingAll, policy => policy.RequireRole(Roles.Curator, Roles.Admin))
            .AddPolicy(Administering, policy => policy.RequireRole(Roles.Admin))
            .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Widget, policy => policy.AddAuthenticationSchemes(WidgetAuthentication.SchemeName)
                .RequireAssertion(call => WidgetCaller.Of(call.User) is not null))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(Roles.Admin).Build());
        return services;
    }

    /// <summary>Whether this one may flag answers of theirs.</summary>
    public static bool MayFlag(ClaimsPrincipal user, RealmWebOptions options) =>
        user.Identity is { IsAuthenticated: true } || options is { OpenAsking: true, VisitorFlags: true };

    internal sealed class FlaggingRequirement : IAuthorizationRequirement;

    private sealed class FlaggingHandler(IOptions<RealmWebOptions> options) : AuthorizationHandler<FlaggingRequirement>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, FlaggingRequirement requirement)
        {
            if (MayFlag(context.User, options.Value))
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }
}
