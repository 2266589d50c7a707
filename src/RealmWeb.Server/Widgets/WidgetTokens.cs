using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace RealmWeb.Server.Widgets;

/// <summary>Who calls with a widget's token.</summary>
/// <param name="Session">Random letters of one opened box: what it asked is one visitor's.</param>
internal sealed record WidgetCaller(string WidgetId, string Session)
{
    private const string WidgetClaim = "realm:widget";
    private const string SessionClaim = "realm:widget-session";

    /// <summary>Null for whoever came another way.</summary>
    public static WidgetCaller? Of(ClaimsPrincipal? user) =>
        user?.FindFirstValue(WidgetClaim) is { } widget && user.FindFirstValue(SessionClaim) is { } session ? new(widget, session) : null;

    /// <summary>Without a name and without a role: nothing but the policy for widgets lets it through.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(new ClaimsIdentity([new Claim(WidgetClaim, WidgetId), new Claim(SessionClaim, Session)], scheme));
}

/// <summary>Tokens that let a widget's page ask for a short time. They travel in a header and stand in no cookie, so that they work where browsers
/// block those of other sites.</summary>
internal sealed class WidgetTokens(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>How long one is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // A box that was left open goes on as the same visitor within a day.
    private static readonly TimeSpan Renewable = TimeSpan.FromDays(1);

    private readonly IDataProtector _protector = protection.CreateProtector("RealmWeb.Widgets");

    /// <param name="former">Whose session goes on; null for a new one.</param>
    public string Issue(string widgetId, WidgetCaller? former = null) => _protector.Protect(string.Join('\n',
        widgetId, former?.WidgetId == widgetId ? former.Session : RandomNumberGenerator.GetHexString(32, lowercase: true),
        time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));

    /// <summary>Null for a token that is over, or none of ours.</summary>
    public WidgetCaller? Read(string token) => Read(token, Lifetime);

    /// <summary>As <see cref="Read(string)"/>, for a token that another one takes the place of.</summary>
    public WidgetCaller? ReadFormer(string token) => Read(token, Renewable);

    private WidgetCaller? Read(string token, TimeSpan lifetime)
    {
        try
        {
            var parts = _protector.Unprotect(token).Split('\n');
            var issued = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[2], CultureInfo.InvariantCulture));
            return time.GetUtcNow() - issued <= lifetime ? new WidgetCaller(parts[0], parts[1]) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
