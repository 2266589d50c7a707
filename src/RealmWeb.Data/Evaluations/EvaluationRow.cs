namespace RealmWeb.Data.Evaluations;

/// <summary>What was measured of a model.</summary>
public sealed class EvaluationRow
{
    public long Id { get; set; }

    /// <summary>The model's row: other weights under the same name have rows of their own.</summary>
    public Guid ModelId { get; set; }

    /// <summary>Name of the question set; a file's name where the questions were in none.</summary>
    public required string QuestionSet { get; set; }
    public required string Corpus { get; set; }

    /// <summary>hybrid, dense or lexical.</summary>
    public required string Retriever { get; set; }

    /// <summary>Questions that were asked.</summary>
    public int Questions { get; set; }

    /// <summary>Figures by name, a JSON object of numbers: em, f1, recall@5, lines that were dropped.</summary>
    public string FiguresJson { get; set; } = "{}";

    /// <summary>A JSON line a question, relative to the data folder where it is in it; null when none was written.</summary>
    public string? ReportFile { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The run that measured; null for work at the command line.</summary>
    public Guid? RunId { get; set; }
}
