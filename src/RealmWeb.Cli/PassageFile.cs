using System.Text.Json;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Cli;

/// <summary>The passages of question files as a corpus file that exists as long as this object.</summary>
internal sealed class PassageFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-passages-").FullName;

    private PassageFile()
    {
    }

    public string Path => System.IO.Path.Combine(_folder, "passages.jsonl");

    public static PassageFile Write(IEnumerable<string> questionFiles, string? part)
    {
        var file = new PassageFile();
        using var writer = new StreamWriter(file.Path);
        foreach (var document in questionFiles.SelectMany(path => QuestionPassages.Read(path, part)))
            writer.WriteLine(JsonSerializer.Serialize(new { id = document.SourceId, title = document.Title, text = document.Text }));
        return file;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
