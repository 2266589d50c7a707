using RealmWeb.Data.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Accounts;

/// <summary>Turns what a change of an account may meet into problems.</summary>
internal sealed class AccountProblems : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (AccountRefusedException refused)
        {
            return Problems.BadRequest("account-refused", "Account refused", refused.Message);
        }
        catch (AccountNotFoundException unknown)
        {
            return Problems.NotFound("unknown-user", "Unknown account", unknown.Message);
        }
        catch (LastAdminException last)
        {
            return Problems.Conflict("last-admin", "Last admin", last.Message);
        }
        catch (AlreadySetUpException done)
        {
            return Problems.Conflict("set-up-done", "Already set up", done.Message);
        }
    }
}
