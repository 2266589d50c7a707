using System.Globalization;
using RealmWeb.Files;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Text files of learned taggers: a line that names the format, then lines of fields between tabs.</summary>
internal static class TaggerFile
{
    public static void Write(string path, string format, IEnumerable<string> lines) => DurableFile.WriteLines(path, lines.Prepend(format));

    /// <exception cref="InvalidDataException">The first line is another than <paramref name="format"/>, or a line has a single field.</exception>
    public static IEnumerable<Line> Read(string path, string format)
    {
        var number = 0;
        foreach (var text in File.ReadLines(path))
        {
            if (++number == 1)
            {
                if (text != format)
                    throw new InvalidDataException($"{path} begins with '{text[..Math.Min(text.Length, 40)]}' instead of '{format}'. Learn the tagger again.");
                continue;
            }
            var line = new Line(path, number, text.Split('\t'));
            yield return line.Fields.Length > 1 ? line : throw line.Failure("has no tab");
        }
        if (number == 0)
            throw new InvalidDataException($"{path} is empty. Learn the tagger again.");
    }

    /// <summary>One line, with its place for messages.</summary>
    public readonly record struct Line(string Path, int Number, string[] Fields)
    {
        public int Count(int field) => int.TryParse(Fields[field], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
            : throw Failure($"has '{Fields[field]}' where a count belongs");

        public float Weight(int field) =>
            float.TryParse(Fields[field], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && float.IsFinite(weight)
            ? weight : throw Failure($"has '{Fields[field]}' where a weight belongs");

        public InvalidDataException Failure(string what) => new($"{Path} line {Number} {what}. Learn the tagger again.");
    }
}
