using System.Text.Json;

namespace RealmWeb.Jobs.Commands;

/// <summary>A line that a `realm` process started with --progress json wrote to standard error: progress, a log line, or plain text.</summary>
/// <param name="Level">info, warning or error; null for plain text.</param>
internal sealed record CommandMessage(
    long? Done, long? Total, string? Unit, string? Stage, IReadOnlyDictionary<string, double>? Metrics, string? Log, string? Level)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads a line; what is not of the agreed form counts as plain text.</summary>
    public static CommandMessage Parse(string line)
    {
        if (line.StartsWith('{'))
        {
            try
            {
                if (JsonSerializer.Deserialize<CommandMessage>(line, Json) is { } message && (message.Done is not null || message.Log is not null || message.Metrics is not null))
                    return message.Log is null ? message : message with { Level = message.Level ?? "info" };
            }
            catch (JsonException)
            {
                // Plain text that begins with a brace.
            }
        }
        return new CommandMessage(null, null, null, null, null, line, null);
    }
}
