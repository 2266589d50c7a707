using System.CommandLine;
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

    public IReadOnlyList<QuestionExample> Read(VerbContext context)
    {
        var file = File(context);
        var questions = QuestionSets.Read(new QuestionSource { File = file, Part = context.Parsed.GetValue(_part) }, "");
        if (questions.Count == 0)
            throw new InvalidDataException($"{file} has no questions. Give a file of question lines.");
        return context.Parsed.GetValue(_limit) is var most and > 0 && questions.Count > most
            ? [.. Enumerable.Range(0, most).Select(i => questions[(int)((long)i * questions.Count / most)])]
            : questions;
    }
}
