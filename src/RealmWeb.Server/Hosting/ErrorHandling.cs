using System.ComponentModel;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Storage;

namespace RealmWeb.Server.Hosting;

internal static class ErrorHandling
{
    /// <summary>Every error leaves as a problem with a kind, a sentence that says what to do and a trace id.</summary>
    public static IServiceCollection AddRealmProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<KnownExceptions>();
        // Thrown, so that the handler can say which part of the request could not be read; else only a bare status is left.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
        {
            var details = problem.ProblemDetails;
            var status = details.Status ?? problem.HttpContext.Response.StatusCode;
            // The framework itself ends a request whose body is too long, and leaves the status alone.
            if (status == StatusCodes.Status413PayloadTooLarge && details.Detail is null)
                (details.Type, details.Title, details.Detail) = Parts(BodyLimits.Exceeded(problem.HttpContext).ProblemDetails);
            // Generated endpoints end a request with a bare status where an optional value of the address cannot be read.
            if (status == StatusCodes.Status400BadRequest && details.Detail is null)
                (details.Type, details.Title, details.Detail) = Parts(Malformed(status, Unreadable(problem.HttpContext)).ProblemDetails);
            details.Detail ??= Problems.Advice(status);
            // What the framework says of a bare status points to a page about HTTP, which names no kind of problem.
            if (details.Type is null || !details.Type.StartsWith("urn:realmweb:", StringComparison.Ordinal))
                details.Type = Problems.TypeOf($"http-{status}");
        });
    }

    private static (string?, string?, string?) Parts(ProblemDetails details) => (details.Type, details.Title, details.Detail);

    private static ProblemHttpResult Malformed(int status, string reason) =>
        Problems.Create(status, "malformed-request", "Malformed request", $"{reason} Compare the request with the description at /scalar.");

    // The values of the address that are not what their parameters take.
    private static string Unreadable(HttpContext context)
    {
        var parameters = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [];
        var unreadable = parameters.Where(parameter => parameter.HasTryParse && context.Request.Query[parameter.Name].ToString() is { Length: > 0 } value
            && !TypeDescriptor.GetConverter(parameter.ParameterInfo.ParameterType).IsValid(value)).Select(parameter => $"\"{parameter.Name}\"").ToList();
        return unreadable.Count > 0 ? $"The value of {string.Join(", ", unreadable)} in the address cannot be read." : "Some of it cannot be read.";
    }

    /// <summary>Exceptions that any endpoint may meet and that are not the server's fault.</summary>
    private sealed class KnownExceptions : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            var problem = exception switch
            {
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                    BodyLimits.Exceeded(context),
                BadHttpRequestException bad =>
                    Malformed(bad.StatusCode, Reason(bad)),
                _ when DiskTrouble.Of(exception) is { } trouble => Problems.Disk(trouble, context.User.IsInRole(Roles.Admin)),
                _ => null,
            };
            if (problem is null)
                return false;
            await problem.ExecuteAsync(context);
            return true;
        }

        // The inner message of a JSON fault names the place in the body; the outer one only the parameter.
        private static string Reason(BadHttpRequestException bad) => bad.InnerException is System.Text.Json.JsonException json ? json.Message : bad.Message;
    }
}
