using System.Text.Encodings.Web;
using System.Text.Json;

namespace RealmWeb.Engine.Evaluation;

/// <summary>A per-question report: one JSON line a question.</summary>
public static class OutcomeFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the report under a temporary name and renames it.</summary>
    public static void Write(string path, IEnumerable<QuestionOutcome> outcomes)
    {
        var temporary = path + ".writing";
        File.WriteAllLines(temporary, outcomes.Select(outcome => JsonSerializer.Serialize(outcome, Json)));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a report.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is no outcome, or there is none; the message names the line.</exception>
    public static IReadOnlyList<QuestionOutcome> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no report {path}. `realm evaluate --per-question FILE` writes one.", path);
        var outcomes = new List<QuestionOutcome>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length > 0)
                outcomes.Add(Parse(line, path, number));
        }
        return outcomes.Count > 0 ? outcomes : throw new InvalidDataException($"{path} holds no question. `realm evaluate --per-question FILE` writes a report.");
    }

    private static QuestionOutcome Parse(string line, string path, int number)
    {
        try
        {
            // A JSON line of another kind has none of the three.
            if (JsonSerializer.Deserialize<QuestionOutcome>(line, Json) is { Id: not null, Question: not null, Answers: not null } outcome)
                return outcome;
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path}, line {number} is no outcome of a question: {failure.Message}", failure);
        }
        throw new InvalidDataException($"{path}, line {number} is no outcome of a question: it needs id, question and answers. Give files that `realm evaluate --per-question` wrote.");
    }
}
