using System.CommandLine;
using System.Text.Json;
using RealmWeb.Cli;
using RealmWeb.Cli.Verbs;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Answering;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab candidates</c></summary>
internal static class CandidatesVerb
{
    public static Command Create()
    {
        var asked = new QuestionOptions();
        var corpus = new Option<string>("--corpus") { Description = "Corpus to retrieve from.", Required = true };
        var model = CorpusOptions.Model();
        var beam = new Option<int>("--beam") { Description = "Passages that each retriever brings.", DefaultValueFactory = _ => 50 }.Between(1, 5000);
        var output = new Option<string>("--out") { Description = "File for one JSON line a question.", Required = true };
        var command = new Command(
            "candidates", "Write what both retrievers bring for each question, with all scores and what is right: to try ways of merging and refusing.")
        {
            corpus, model, beam, output,
        };
        asked.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            using var loaded = context.LoadModel(context.Parsed.GetValue(model));
            var questions = asked.Read(context).Questions;
            var store = context.Corpora.Open(context.Parsed.GetValue(corpus)!);
            using var index = store.OpenOrBuildIndex(loaded, context.Time, context.Progress, context.Cancelled);
            await using var session = AnsweringSession.Open(
                store, loaded.WithAnswering(loaded.Answering with { Beam = context.Parsed.GetValue(beam) }), index, context.Time);
            var file = context.Parsed.GetValue(output)!;
            await using var writer = new StreamWriter(file);
            foreach (var question in questions)
            {
                var both = await session.Answerer.RetrieveBothAsync(question.Question, context.Cancelled);
                var documents = session.Answerer.DocumentsOf([.. both.Select(candidate => candidate.Block)]);
                var line = new
                {
                    id = question.Id, question = question.Question, relevant = question.Relevant,
                    candidates = both.Select((candidate, i) => new
                    {
                        row = candidate.Block.Row, document = documents[i], dense = candidate.Dense, lexical = candidate.Lexical, listed = candidate.IsListed,
                        match = candidate.Match, excess = candidate.Excess,
                        answers = GoldPassages.Answers(question, candidate.Block.Block, documents[i]),
                    }),
                };
                await writer.WriteLineAsync(JsonSerializer.Serialize(line, JsonSerializerOptions.Web).AsMemory(), context.Cancelled);
            }
            context.Print(new { n = questions.Count, file, model = loaded.Name }, [$"{questions.Count} questions in {file}"]);
        }));
        return command;
    }
}
