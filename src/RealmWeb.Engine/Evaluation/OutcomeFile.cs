using System.Text.Encodings.Web;
using System.Text.Json;
using RealmWeb.Files;

namespace RealmWeb.Engine.Evaluation;

/// <summary>A per-question report: one JSON line a question.</summary>
public static class OutcomeFile
{
    private const string Remedy = "`realm evaluate --per-question FILE` writes one.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes the report; it is there as a whole or not at all.</summary>
    public static void Write(string path, IEnumerable<QuestionOutcome> outcomes) =>
        DurableFile.WriteLines(path, outcomes.Select(outcome => JsonSerializer.Serialize(outcome, Json)));

    /// <summary>Reads a report.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no report; the message names the line.</exception>
    public static IReadOnlyList<QuestionOutcome> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no report {path}. {Remedy}", path);
        var outcomes = new List<QuestionOutcome>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                outcomes.Add(Parse(line) ?? throw new InvalidDataException($"{path} is no report: line {number} is no outcome of a question. {Remedy}"));
        }
        return outcomes.Count > 0 ? outcomes : throw new InvalidDataException($"{path} is no report: it is empty. {Remedy}");
    }

    // A line of questions has neither scores nor confidence: all that every outcome has must stand there.
    private static QuestionOutcome? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<QuestionOutcome>(line, Json) is { Id: not null, Question: not null, Answers: not null } outcome ? outcome : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
