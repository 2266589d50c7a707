using System.CommandLine;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Cli.Verbs;

/// <summary>Which questions a verb asks.</summary>
internal sealed class QuestionOptions
{
    private readonly Option<string> _data = new("--data") { Description = "Question file.", Required = true };
    private readonly Option<string?> _part = new("--part") { Description = "i/n: only the questions whose passage falls into part i of n." };
    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "At most so many questions, evenly spread; 0 for all." }.Between(0);

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_part);
        command.Add(_limit);
    }

    public string File(VerbContext context) => context.Parsed.GetValue(_data)!;

    public AskedQuestions Read(VerbContext context) => Read(context, File(context));

    /// <summary>Questions of another file, as many and of the same part.</summary>
    public AskedQuestions Read(VerbContext context, string file)
    {
        var leftOut = new List<Skipped>();
        var questions = QuestionSets.Read(new QuestionSource { File = file, Part = context.Parsed.GetValue(_part) }, "", leftOut.Add);
        if (questions.Count == 0)
            throw new InvalidDataException($"{file} has no questions. Give a file of question lines.");
        foreach (var skipped in leftOut.Take(AskedQuestions.MostNamed))
            context.Progress.Log("warning", $"Left out or repaired: {skipped.Path}: {skipped.Reason}");
        return new AskedQuestions(QuestionSets.Spread(questions, context.Parsed.GetValue(_limit)), leftOut);
    }
}

/// <summary>Questions to ask, and what could not be used of their file as it stood.</summary>
/// <param name="LeftOut">Lines that were left out or repaired, of the whole file.</param>
internal sealed record AskedQuestions(IReadOnlyList<QuestionExample> Questions, IReadOnlyList<Skipped> LeftOut)
{
    public const int MostNamed = 1000;

    private const int MostShown = 20;

    /// <summary>For --json: the first of them.</summary>
    public IReadOnlyList<Skipped> Named => [.. LeftOut.Take(MostNamed)];

    /// <summary>For people; nothing where all could be used.</summary>
    public IEnumerable<string> Lines()
    {
        if (LeftOut.Count == 0)
            yield break;
        yield return "";
        yield return $"Left out or repaired: {LeftOut.Count}";
        foreach (var skipped in LeftOut.Take(MostShown))
            yield return $"  {skipped.Path}: {skipped.Reason}";
        if (LeftOut.Count > MostShown)
            yield return $"  and {LeftOut.Count - MostShown} more; --json names more of them";
    }
}
