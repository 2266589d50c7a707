using System.Globalization;
using System.Text.Json;
using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Tests.Chains;

/// <summary>What of the realm command a chain needs, without a model that can do anything: a training copies the model that it starts from, the new one
/// knows every answer and the old one none. Each verb waits for a file of its name, "go-VERB" or "go-VERB-MODEL", and writes down that it was
/// called.</summary>
internal static class ChainCommand
{
    public const int Questions = 8;

    /// <summary>Process of the last call of a verb.</summary>
    public static int ChildOf(string folder, string verb) =>
        int.Parse(File.ReadAllText(Path.Combine(folder, $"pid-{verb}")), CultureInfo.InvariantCulture);

    public static int Run(string[] arguments, Action<ChildMessage> say)
    {
        var (folder, verb, options) = (arguments[1], arguments[2], arguments[3..]);
        var gone = false;
        new Thread(() =>
        {
            Console.In.ReadLine();
            gone = true;
        }) { IsBackground = true }.Start();
        File.WriteAllText(Path.Combine(folder, $"pid-{verb}"), $"{Environment.ProcessId}");
        File.AppendAllText(Path.Combine(folder, "called"), $"{verb} {Of("--model")} {Of("--new-model")}\n");
        for (var done = 1; !File.Exists(Path.Combine(folder, $"go-{verb}")) && !File.Exists(Path.Combine(folder, $"go-{verb}-{Of("--model")}")); done++)
        {
            say(new ChildProgress(done, 1000, "steps", "Working", 50, new Dictionary<string, double>()));
            Thread.Sleep(20);
            if (gone)
                return 1;
        }
        switch (verb)
        {
            case "finetune":
                Copy(Path.Combine(folder, "models", Of("--model")), Path.Combine(folder, "models", Of("--new-model")));
                return 0;
            case "evaluate":
                Evaluate(folder, Of("--model"), Of("--run"));
                return 0;
            default:
                Console.WriteLine(JsonSerializer.Serialize(new IndexBuildResult("g1", 1, 2, Of("--model")), ChildProtocol.Results));
                return 0;
        }

        string Of(string option) => Array.IndexOf(options, option) is >= 0 and var at ? options[at + 1] : "";
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static void Evaluate(string folder, string model, string run)
    {
        var right = model == "tiny" ? 0 : 1;
        var outcomes = Enumerable.Range(0, Questions).Select(i => new QuestionOutcome(
            $"{i}", $"Who is {i}?", ["Ada"], right == 1 ? "Ada" : "Grace", false, 0.1, 0.5, right, right, 1)
        {
            Milliseconds = 10,
            Evidence = [new ReadPassage("b1", 1, "Ada", $"{model} read this", 0, 0, 4, 0.9, 0.8)],
        }).ToList();
        OutcomeFile.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "evaluations")).FullName, $"{run}.jsonl"), outcomes);
        var report = EvaluationReport.Of(outcomes);
        Console.WriteLine(JsonSerializer.Serialize(
            new EvaluationResult(
                report.Questions, report.Answerable, report.ExactMatch, report.F1, report.ExactMatchOrqa, report.ForcedExactMatch, report.ForcedF1,
                report.RecallAt, report.RecallByAnswerAt, null, report.MeanReciprocalRank, report.ReaderOracle, null, null, report.FalseRefusals, false,
                CalibrationReport.Of(outcomes), null, model, null, RetrieverKind.Hybrid, 1), ChildProtocol.Results));
    }
}
