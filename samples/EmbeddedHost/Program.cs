// An application with pages, sign-in, roles and a Hangfire of its own, and RealmWeb below /help for its staff, whose runs stand on the same dashboard.
using System.Net;
using System.Security.Claims;
using Hangfire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using RealmWeb.Contracts.Accounts;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.LoginPath = "/sign-in");
builder.Services.AddAuthorization(options => options.AddPolicy("boss", policy => policy.RequireRole("boss")));
builder.Services.AddHangfire(hangfire => hangfire.UseInMemoryStorage());
builder.Services.AddHangfireServer();
builder.Services.AddRealmWeb(realm =>
{
    realm.HostRoles = user => user.IsInRole("boss") ? [Roles.Admin] : user.IsInRole("staff") ? [Roles.Asker] : [];
    realm.JobStorage = services => services.GetRequiredService<JobStorage>();
});

var app = builder.Build();
app.MapGet("/", (ClaimsPrincipal user) => Page($"""
    <h1>Intranet</h1>
    <p>{WebUtility.HtmlEncode(user.Identity?.Name ?? "Nobody")} is signed in.</p>
    <p><a href="help/">Help</a> · <a href="jobs">Jobs</a> · <a href="sign-in">Sign in</a></p>
    """));
app.MapGet("/sign-in", (string? returnUrl) => Page($"""
    <h1>Sign in</h1>
    <form method="post" action="?returnUrl={Uri.EscapeDataString(returnUrl ?? "/")}">
      <label>Name <input name="name" required></label>
      <label>Role <select name="role"><option>staff</option><option>boss</option><option>guest</option></select></label>
      <button>Sign in</button>
    </form>
    """));
// A sample: it believes whoever says a name.
app.MapPost("/sign-in", async (HttpContext context, string returnUrl) =>
{
    var form = await context.Request.ReadFormAsync();
    await context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, form["name"].ToString()), new Claim(ClaimTypes.Role, form["role"].ToString())],
        CookieAuthenticationDefaults.AuthenticationScheme)));
    return Results.LocalRedirect(returnUrl);
});
app.MapRealmWeb("/help").RequireAuthorization();
app.MapHangfireDashboardWithAuthorizationPolicy("boss", "/jobs");
app.Run();

static IResult Page(string body) => Results.Content($"<!DOCTYPE html><html lang=\"en\"><title>Intranet</title>{body}</html>", "text/html");
