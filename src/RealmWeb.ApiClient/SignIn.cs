using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;

namespace RealmWeb.ApiClient;

/// <summary>Says who calls: signs in before the first request, and again when the session is over, or sends the token along.</summary>
internal sealed class SignIn(IOptions<RealmApiOptions> options) : DelegatingHandler
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _session;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (options.Value.Token is { } tokenOf && await tokenOf(cancellationToken) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (string.IsNullOrEmpty(options.Value.UserName))
            return await base.SendAsync(request, cancellationToken);
        var session = await SignedInAsync(0, cancellationToken);
        var reply = await base.SendAsync(request, cancellationToken);
        if (reply.StatusCode != HttpStatusCode.Unauthorized)
            return reply;
        reply.Dispose();
        await SignedInAsync(session, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gate.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The cookie of the session is kept by the handler behind this one.</summary>
    /// <param name="former">The session that is over; 0 for none.</param>
    /// <returns>Number of the session, from 1.</returns>
    private async Task<int> SignedInAsync(int former, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Another request may have signed in meanwhile.
            if (_session > former)
                return _session;
            var address = new Uri(options.Value.Root, ApiRoutes.SignIn.TrimStart('/'));
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = JsonContent.Create(new SignInRequest(options.Value.UserName!, options.Value.Password!)),
            };
            using var reply = await base.SendAsync(request, cancellationToken);
            return reply.IsSuccessStatusCode ? ++_session : throw await RealmApiException.OfAsync(reply, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }
}
