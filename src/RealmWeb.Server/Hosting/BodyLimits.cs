using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace RealmWeb.Server.Hosting;

/// <summary>An endpoint that streams its body to disk and says itself how much it takes.</summary>
internal sealed class StreamsItsBody;

/// <summary>Bodies that are read into memory are small: a question, a password, the settings of a run.</summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    private const long MostBytes = 64 << 10;

    // Kept beside the request: whoever handles errors takes the endpoint off it.
    private static readonly object UploadKey = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<StreamsItsBody>() is { } upload)
            context.Items[UploadKey] = upload;
        else
            Allow(context, MostBytes);
        return next(context);
    }

    /// <summary>Lets the rest of this request's body be so long; the server refuses what is longer with status 413.</summary>
    public static void Allow(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }

    /// <summary>What was too long, and what to do.</summary>
    public static ProblemHttpResult Exceeded(HttpContext context)
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize?.ToString("N0", CultureInfo.InvariantCulture);
        return context.Items.ContainsKey(UploadKey)
            ? Problems.TooLarge($"The upload is larger than {limit} bytes. Send it in parts, or ask the administrator to raise Realm:UploadMaxBytes.")
            : Problems.Create(StatusCodes.Status413PayloadTooLarge, "body-too-large", "Too large",
                $"The body of the request is larger than {limit} bytes, and this address takes no more. Shorten it; files go to the addresses for uploads.");
    }
}
