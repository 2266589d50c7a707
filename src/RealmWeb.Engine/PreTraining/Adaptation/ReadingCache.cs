using System.Globalization;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>p(y | z, x) by content, in a file that grows as passages are read: a killed run reads on, and later rounds read nothing twice.</summary>
/// <remarks>Lines of key and number. A line that a kill cut off is dropped.</remarks>
internal sealed class ReadingCache : IDisposable
{
    private readonly Dictionary<string, double> _readings = new(StringComparer.Ordinal);
    private readonly FileStream _file;

    /// <param name="path">Its folder is made when missing.</param>
    /// <param name="resume">Keep what the file holds; else it begins empty.</param>
    public ReadingCache(string path, bool resume)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        var whole = 0L;
        using (var reader = new StreamReader(_file, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
            {
                if (line.Split(' ') is not [{ Length: 32 } key, { } number, "."]
                    || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var reading))
                    break;
                _readings[key] = reading;
                whole += line.Length + 1;
            }
        }
        _file.SetLength(whole);
        _file.Position = whole;
    }

    /// <summary>A reading; null for one that is not there.</summary>
    public double? Find(string question, string answer, Block block) =>
        _readings.TryGetValue(Key(question, answer, block), out var reading) ? reading : null;

    public void Add(string question, string answer, Block block, double reading)
    {
        var key = Key(question, answer, block);
        _readings[key] = reading;
        // The stop at the end tells a whole line from one that was cut off within its number.
        _file.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key} {reading:R} .\n")));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private static string Key(string question, string answer, Block block) => Block.IdOf(question, answer, block.Id);
}
