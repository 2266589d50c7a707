using RealmWeb.Data.QuestionSets;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Jobs.QuestionSets;

/// <summary>What a question file holds.</summary>
/// <param name="Questions">Questions that can be read.</param>
/// <param name="Answerable">Of them, those that have an answer.</param>
/// <param name="Readable">Of them, those that have their passage and the answer's place in it: what the reader learns from.</param>
/// <param name="LeftOut">What could not be used as it stood: line and reason; the first <see cref="QuestionSetLibrary.NotesKept"/>.</param>
/// <param name="LeftOutCount">How many there were.</param>
public sealed record QuestionFileCheck(int Questions, int Answerable, int Readable, IReadOnlyList<string> LeftOut, int LeftOutCount)
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="shownName">What messages call the file instead of its name on disk.</param>
    public static QuestionFileCheck Of(string path, string shownName, CancellationToken cancellationToken)
    {
        int questions = 0, answerable = 0, readable = 0, leftOutCount = 0;
        var leftOut = new List<string>();
        var stored = Path.GetFileName(path);
        foreach (var item in QuestionReader.Read(path, cancellationToken))
        {
            if (item.Skipped is { } skipped)
            {
                leftOutCount++;
                if (leftOut.Count < QuestionSetLibrary.NotesKept)
                    leftOut.Add($"{skipped.Path.Replace(stored, shownName, StringComparison.Ordinal)}: {skipped.Reason}");
            }
            if (item.Example is not { } example)
                continue;
            questions++;
            answerable += example is { Answers.Count: > 0 } or { AnswerRegex: not null } ? 1 : 0;
            readable += example is { Context: not null, AnswerStarts.Count: > 0 } ? 1 : 0;
        }
        return new QuestionFileCheck(questions, answerable, readable, leftOut, leftOutCount);
    }
}
