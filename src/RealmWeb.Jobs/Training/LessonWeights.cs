using System.Globalization;

namespace RealmWeb.Jobs.Training;

/// <summary>How often question sets are drawn from relative to each other; 1 where nothing is said.</summary>
internal static class LessonWeights
{
    /// <summary>So many times another set at most.</summary>
    public const double Most = 100;

    /// <exception cref="ArgumentException">A weight cannot be used, or is of a set that is not learned from.</exception>
    public static void Require(IReadOnlyDictionary<string, double>? weights, IEnumerable<string> sets)
    {
        var learned = sets.ToHashSet(StringComparer.Ordinal);
        foreach (var (set, weight) in weights ?? new Dictionary<string, double>())
        {
            if (!learned.Contains(set))
                throw new ArgumentException($"\"{set}\" has a weight and is not learned from. Choose it, or leave its weight out.", nameof(weights));
            Require(weight, $"\"{set}\"");
        }
    }

    /// <param name="of">Whose it is, for the message.</param>
    /// <exception cref="ArgumentException">The weight cannot be used.</exception>
    public static void Require(double weight, string of)
    {
        if (!(weight is > 0 and <= Most))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The weight of {of} is {weight}. Use a number above 0, up to {Most}."), nameof(weight));
        }
    }

    /// <summary>For the command line; none where all sets weigh the same by default.</summary>
    public static IReadOnlyList<string> Arguments(TrainingParameters training) => training is { Weights.Count: > 0, QuestionSets: { Count: > 0 } sets }
        ? ["--weights", .. sets.Select(set => training.Weights.GetValueOrDefault(set, 1).ToString("R", CultureInfo.InvariantCulture))]
        : [];
}
