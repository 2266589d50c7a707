using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Widgets;

namespace RealmWeb.Server.Questions;

/// <summary>Who asks.</summary>
/// <param name="UserName">Empty for somebody who is not signed in.</param>
/// <param name="Visitor">Pseudonym of the browser then; null where it has none, or somebody is signed in.</param>
internal sealed record AskedBy(string UserName, string? Visitor)
{
    /// <summary>Whether this one asked it. What was asked before signing in stays the visitor's.</summary>
    public bool IsWhoAsked(AskedQuestion question) =>
        question.AskedBy == UserName && (UserName.Length > 0 || (Visitor is not null && question.Visitor == Visitor));

    public static AskedBy Of(HttpContext? context) =>
        WidgetCaller.Of(context?.User) is { } caller ? new AskedBy("", Questions.Visitor.PseudonymOf(caller.Session)) :
        context?.User.Identity?.Name is { Length: > 0 } name ? new AskedBy(name, null) :
        new AskedBy("", Questions.Visitor.PseudonymOf(context));
}

/// <summary>A browser whose user is not signed in is known by a cookie of random letters, so that what it asked is one visitor's. What is kept is a
/// hash of it: from that nobody can make the cookie.</summary>
internal sealed class Visitor(RequestDelegate next, IOptions<RealmWebOptions> options)
{
    private const string Cookie = "realm-visitor";
    private static readonly object Given = new();

    public Task InvokeAsync(HttpContext context)
    {
        // The connection of the hub begins with its negotiation; a header of the socket that follows would reach no browser.
        var asks = context.Request.Path.StartsWithSegments(ApiRoutes.Ask) || context.Request.Path.StartsWithSegments(HubRoutes.Ask);
        if (asks && HttpMethods.IsPost(context.Request.Method) && options.Value.KeepsQuestions && context.User.Identity?.IsAuthenticated != true
            && !context.Request.Cookies.ContainsKey(Cookie))
        {
            var letters = RandomNumberGenerator.GetHexString(32, lowercase: true);
            context.Items[Given] = letters;
            context.Response.Cookies.Append(Cookie, letters, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromDays(options.Value.QuestionDays),
                IsEssential = true,
                // Below the path of an application around, as the other cookies are.
                Path = context.Request.PathBase is { HasValue: true } below ? below.Value : "/",
            });
        }
        return next(context);
    }

    /// <summary>What is kept with a question; null for a browser without the cookie.</summary>
    public static string? PseudonymOf(HttpContext? context)
    {
        var letters = context?.Items[Given] as string ?? context?.Request.Cookies[Cookie];
        return letters is { Length: > 0 and <= 64 } ? PseudonymOf(letters) : null;
    }

    public static string PseudonymOf(string letters) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(letters)))[..32];
}
