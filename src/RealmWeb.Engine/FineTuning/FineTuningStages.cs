using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>The stages that settings of fine-tuning name.</summary>
public static class FineTuningStages
{
    /// <summary>Retriever and reader with settings for a small model where no stage is named.</summary>
    public static FineTuningOptions OrDefault(FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options is not { Retriever: null, Reader: null, Joint: null, OpenQa: null } ? options : options with
        {
            Retriever = new TrainingOptions { LearningRate = 2e-4, BatchSize = 32, Beta2 = 0.98, BiasCorrection = true },
            Reader = new TrainingOptions { LearningRate = 3e-4, Beta2 = 0.98, BiasCorrection = true },
        };
    }

    /// <summary>Changes the training of each stage.</summary>
    public static FineTuningOptions Change(FineTuningOptions options, Func<TrainingOptions, TrainingOptions> change)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(change);
        return options with
        {
            Retriever = Changed(options.Retriever),
            Reader = Changed(options.Reader),
            Joint = Changed(options.Joint),
            OpenQa = options.OpenQa is { } open ? open with { Training = change(open.Training) } : null,
        };

        TrainingOptions? Changed(TrainingOptions? stage) => stage is null ? null : change(stage);
    }

    /// <summary>Whether a stage trains on what retrieval brings.</summary>
    internal static bool Retrieve(FineTuningOptions options) => options.Joint is not null || options.OpenQa is not null;

    /// <summary>What decides the steps of a stage; what concerns the others may change between a run and its resumption.</summary>
    internal static object SettingsOf(FineTuningOptions options, string stage)
    {
        var questions = new { options.Data, options.Exclude, options.Development, options.DevelopmentQuestions };
        return stage switch
        {
            "retriever" => new { questions, options.Retriever, options.InverseClozeShare, options.RetrieverBlockPieces },
            "reader" => new { questions, options.Reader, options.Passages },
            "joint" => new
            {
                questions, options.Joint, options.Passages, options.JointCandidates, options.JointQuestions, options.JointWithoutAnswer,
                    options.DenseFusionWeight,
            },
            _ => new { questions, options.OpenQa },
        };
    }
}
