using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Questions;

/// <summary>Reads the questions that training and evaluation use.</summary>
public static class QuestionLines
{
    /// <summary>The questions of a file in any form that <see cref="QuestionReader"/> reads.</summary>
    /// <param name="skipped">Told of each line that was left out or repaired.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no question; the message says what is wrong with it.</exception>
    public static IEnumerable<QuestionExample> Read(string path, Action<Skipped>? skipped = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no question file {path}. Check the path.", path);
        var any = false;
        Skipped? first = null;
        foreach (var item in QuestionReader.Read(path))
        {
            if (item.Skipped is { } skip)
            {
                first ??= skip;
                skipped?.Invoke(skip);
            }
            if (item.Example is not { } example)
                continue;
            any = true;
            yield return example;
        }
        if (!any)
            throw new InvalidDataException(
                $"{path} holds no question. {(first is null ? "It has no line behind its header, or none at all." : $"{first.Path}: {first.Reason}")}");
    }
}
