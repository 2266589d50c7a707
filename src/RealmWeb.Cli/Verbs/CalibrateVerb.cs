using System.CommandLine;
using System.Globalization;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm calibrate</c></summary>
internal static class CalibrateVerb
{
    public static Command Create()
    {
        var questions = new QuestionOptions();
        var corpus = CorpusOptions.Corpus();
        var model = CorpusOptions.Model();
        var retriever = CorpusOptions.Retriever();
        var k = CorpusOptions.K();
        var name = new Option<string?>("--new-model") { Description = "Name of a new model with the temperature; without it the model itself gets it." };
        var command = new Command("calibrate", "Fit the temperature at which a model's confidence says how often its answers are right.") { corpus, model, retriever, k, name };
        questions.AddTo(command);
        command.SetAction(VerbContext.Run(async context =>
        {
            var library = new ModelLibrary(context.Paths, context.Time);
            var entry = CorpusOptions.FindModel(context, context.Parsed.GetValue(model));
            var newName = context.Parsed.GetValue(name);
            if (newName is null && entry.Embedded)
                throw new InvalidOperationException($"{entry.Name} comes with the program and stays as it is. Name a model for the result with --new-model.");
            var target = newName is null ? entry.Folder : library.FolderForNew(newName);
            var asked = questions.Read(context);

            using var loaded = RealmModel.Load(entry.Folder, context.StartTorch());
            var store = CorpusOptions.Corpora(context).Open(context.Parsed.GetValue(corpus)!);
            using var index = CorpusOptions.OpenIndex(store, loaded);
            await using var server = new ModelServer(loaded, TemperatureFit.Candidates);
            var outcomes = await Evaluator.RunAsync(
                CorpusOptions.Answerer(context, server, store, index), asked, context.Parsed.GetValue(k), context.Parsed.GetValue(retriever), context.Time, context.Progress, context.Cancelled);
            var before = CalibrationReport.Of(outcomes);
            var (temperature, after) = TemperatureFit.Fit(outcomes);
            loaded.Calibrate(loaded.Answering with { Temperature = temperature });
            if (newName is not null)
                ModelFiles.Copy(entry.Folder, target);
            loaded.SaveConfig(target);
            context.Print(
                new { model = newName ?? entry.Name, temperature, n = after.Questions, before, after },
                [
                    string.Create(CultureInfo.InvariantCulture, $"{newName ?? entry.Name}: temperature {temperature:F2}, fitted on {after.Questions} questions"),
                    "Confidence as a score (temperature 1):", .. EvaluationTable.Lines(before), "Confidence at the fitted temperature, on the same questions:", .. EvaluationTable.Lines(after),
                ]);
        }));
        return command;
    }
}
