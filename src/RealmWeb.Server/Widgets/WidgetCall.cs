using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Data.Widgets;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Widgets;

/// <summary>Reads the widget that a call comes from, as it is now: one that was deleted or switched off meanwhile may do nothing any more.</summary>
internal sealed class WidgetCall(WidgetStore widgets) : IEndpointFilter
{
    private static readonly object Key = new();

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var id = WidgetCaller.Of(http.User)!.WidgetId;
        if (await widgets.FindUsableAsync(id, http.RequestAborted) is not { } widget)
            return Unknown(id);
        http.Items[Key] = widget;
        return await next(context);
    }

    public static Widget Of(HttpContext context) => (Widget)context.Items[Key]!;

    public static ProblemHttpResult Unknown(string id) => Problems.NotFound(
        "unknown-widget", "Unknown widget",
        $"There is no widget \"{id}\" that is switched on. An administrator can make one, or name the sites that may show it.");
}

/// <summary>Lets calls through where the widget's visitors may flag.</summary>
internal sealed class WidgetMayFlag : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        WidgetCall.Of(context.HttpContext).Flags
            ? next(context)
            : ValueTask.FromResult<object?>(Problems.Create(StatusCodes.Status403Forbidden, "no-flags", "No flags here",
                "Answers of this widget cannot be flagged. An administrator can allow it."));
}
