using System.Net;
using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(SiteTests.Name)]
public sealed class ProblemTests(SharedSite shared)
{
    [Theory]
    [InlineData("GET", "/api/no/such/thing", "", HttpStatusCode.NotFound, "http-404")]
    [InlineData("PATCH", "/api/accounts/me", "", HttpStatusCode.MethodNotAllowed, "http-405")]
    [InlineData("POST", "/api/accounts/sign-in", "{\"userName\": ", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("POST", "/api/accounts/sign-in", "", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("GET", "/api/runs/not-a-guid", "", HttpStatusCode.NotFound, "http-404")]
    [InlineData("GET", "/api/runs?take=0", "", HttpStatusCode.BadRequest, "bad-take")]
    [InlineData("GET", "/api/runs?take=many", "", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("GET", "/api/corpora/missing/documents", "", HttpStatusCode.NotFound, "unknown-corpus")]
    [InlineData("GET", "/api/runs/00000000-0000-0000-0000-000000000001", "", HttpStatusCode.NotFound, "unknown-run")]
    [InlineData("POST", "/api/runs/00000000-0000-0000-0000-000000000001/cancel", "", HttpStatusCode.NotFound, "unknown-run")]
    [InlineData("DELETE", "/api/accounts/users/nobody", "", HttpStatusCode.NotFound, "unknown-user")]
    [InlineData("POST", "/api/models/nothing/promote", "{\"reason\":\"better\"}", HttpStatusCode.NotFound, "unknown-model")]
    [InlineData("POST", "/api/models/nothing/promote", "{\"reason\":\" \"}", HttpStatusCode.BadRequest, "reason-missing")]
    [InlineData("POST", "/api/models/rollback", "{\"reason\":\"\"}", HttpStatusCode.Conflict, "no-former-model")]
    public async Task Error_IsAProblemThatSaysWhatToDo(string method, string route, string body, HttpStatusCode status, string kind)
    {
        using var client = await shared.Site.AdminAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), route);
        if (method == "POST")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, status, kind);
    }

    [Fact]
    public async Task ValueOfTheAddressThatCannotBeRead_IsNamed()
    {
        using var client = await shared.Site.AdminAsync();

        using var reply = await client.GetAsync("/api/runs?take=many&kind=import", TestContext.Current.CancellationToken);

        var problem = await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "malformed-request");
        Assert.StartsWith("The value of \"take\" in the address cannot be read.", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongContentType_IsAProblem()
    {
        using var client = shared.Site.Anonymous();
        using var content = new StringContent("hello", Encoding.UTF8, "text/plain");

        using var reply = await client.PostAsync(ApiRoutes.SignIn, content, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, HttpStatusCode.UnsupportedMediaType, "http-415");
    }

    [Fact]
    public async Task Refusal_SaysWhetherToSignInOrToAskForARole()
    {
        using var stranger = shared.Site.Anonymous();
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);

        using var first = await stranger.GetAsync(ApiRoutes.Runs, TestContext.Current.CancellationToken);
        using var second = await asker.GetAsync(ApiRoutes.Runs, TestContext.Current.CancellationToken);

        Assert.Contains("Sign in", (await Reply.ProblemAsync(first, HttpStatusCode.Unauthorized, "not-signed-in")).Detail, StringComparison.Ordinal);
        Assert.Contains("administrator", (await Reply.ProblemAsync(second, HttpStatusCode.Forbidden, "role-missing")).Detail, StringComparison.Ordinal);
    }
}
