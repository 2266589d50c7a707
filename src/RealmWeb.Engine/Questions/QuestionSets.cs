using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads question sources, in parts and without what is to be measured.</summary>
public static class QuestionSets
{
    /// <summary>The questions of a source.</summary>
    /// <param name="baseFolder">What relative paths count from.</param>
    /// <param name="leftOut">Told of each line that was left out or repaired; null for nobody.</param>
    /// <exception cref="FormatException">The part is not of the form i/n.</exception>
    public static List<QuestionExample> Read(QuestionSource source, string baseFolder, Action<Skipped>? leftOut = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var examples = QuestionLines.Read(Path.Combine(baseFolder, source.File), leftOut);
        if (source.Part is not { } part)
            return [.. examples];
        var numbers = part.Split('/');
        if (numbers.Length != 2 || !int.TryParse(numbers[0], out var index) || !int.TryParse(numbers[1], out var count) || index < 0 || index >= count)
            throw new FormatException($"The part \"{part}\" of {source.File} is not of the form i/n with i from 0 to n-1, for example 0/2.");
        return [.. examples.Where(example => PartOf(example.Context ?? example.Question, count) == index)];
    }

    /// <summary>Questions of several sources as a set to test others against, normalised as answers are.</summary>
    public static HashSet<string> Questions(IEnumerable<QuestionSource> sources, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return [.. sources.SelectMany(source => Read(source, baseFolder)).Select(Key)];
    }

    /// <summary>What two spellings of one question have in common.</summary>
    public static string Key(QuestionExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return AnswerNormalization.Normalize(example.Question);
    }

    /// <summary>At most so many of the examples, evenly spread over them; 0 for all.</summary>
    public static IReadOnlyList<QuestionExample> Spread(IReadOnlyList<QuestionExample> examples, int most)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return most <= 0 || examples.Count <= most ? examples : [.. Enumerable.Range(0, most).Select(i => examples[(int)((long)i * examples.Count / most)])];
    }

    private static int PartOf(string text, int count) =>
        (int)(BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0) % (uint)count);
}
