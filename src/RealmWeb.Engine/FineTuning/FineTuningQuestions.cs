using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>The questions that the settings of fine-tuning name, as the stages use them.</summary>
internal sealed class FineTuningQuestions(FineTuningOptions options, TrainingRun run)
{
    // Several stages read the same files; what was left out of one is told once.
    private readonly HashSet<Skipped> _leftOut = [];

    /// <summary>Sets to train on, with how often each is drawn from; without what is excluded.</summary>
    /// <param name="used">Whether the stage uses a set.</param>
    public IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> Training(Func<QuestionSource, bool> used)
    {
        var excluded = QuestionSets.Questions(options.Exclude, run.BaseFolder);
        return [.. options.Data.Where(used).Select(source => (
            (IReadOnlyList<QuestionExample>)[.. Read(source).Where(example => !excluded.Contains(QuestionSets.Key(example)))],
            source.Weight))];
    }

    /// <summary>All development questions; null where none are named.</summary>
    public IReadOnlyList<QuestionExample>? Development() => options.Development is { } source ? Read(source) : null;

    /// <summary>Questions to fit answering on; null where none are named.</summary>
    public IReadOnlyList<QuestionExample>? Calibration() =>
        options.Calibration is { } source ? QuestionSets.Spread(Read(source), options.CalibrationQuestions) : null;

    private List<QuestionExample> Read(QuestionSource source) => QuestionSets.Read(source, run.BaseFolder, skipped =>
    {
        if (_leftOut.Add(skipped))
            run.Warn($"Left out or repaired: {skipped.Path}: {skipped.Reason}");
    });
}
