using System.CommandLine;
using RealmWeb.Cli;
using RealmWeb.Cli.Verbs;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Files;
using RealmWeb.Lab.Sentences;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab sentences</c></summary>
internal static class SentencesVerb
{
    public static Command Create()
    {
        var asked = new QuestionOptions();
        var model = CorpusOptions.Model();
        var precision = CorpusOptions.Precision();
        var confidence = new Option<double>("--least-confidence")
        {
            Description = "Leave out what the model is less sure of.", DefaultValueFactory = _ => new SentenceQuestionOptions().LeastConfidence,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Decides which neighbours stand around a sentence.", DefaultValueFactory = _ => new SentenceQuestionOptions().Seed,
        };
        var output = new Option<string>("--out") { Description = "File of question lines to write.", Required = true };
        var command = new Command(
            "sentences", "Make examples for the reader of questions of which only the answering sentence is known: a model says which of its words answer.")
        {
            model, precision, confidence, seed, output,
        };
        asked.AddTo(command);
        command.SetAction(VerbContext.Run(context =>
        {
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            var questions = asked.Read(context).Questions.Where(question => question.Context is not null).ToList();
            var readings = GoldPassageReader.Read(loaded, questions, context.Progress, context.Parsed.GetValue(precision), context.Cancelled);
            var options = new SentenceQuestionOptions { LeastConfidence = context.Parsed.GetValue(confidence), Seed = context.Parsed.GetValue(seed) };
            var lines = SentenceQuestions.Make(questions, readings, options).ToList();
            var file = context.Parsed.GetValue(output)!;
            DurableFile.WriteLines(file, lines);
            context.Print(
                new { n = questions.Count, kept = lines.Count, file, model = loaded.Name },
                [$"{lines.Count} of {questions.Count} questions, with the words that {loaded.Name} found, in {file}"]);
            return Task.CompletedTask;
        }));
        return command;
    }
}
