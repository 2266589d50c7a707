using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli;

/// <summary>The passages of question files as a corpus file that exists as long as this object; its documents come from the question files.</summary>
internal sealed class PassageFile : IImportNames, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realm-passages-").FullName;
    private readonly string _origin;

    // A part of the files has passages of its own.
    private PassageFile(IEnumerable<string> questionFiles, string? part) =>
        _origin = $"passages:/{string.Join('+', questionFiles.Select(System.IO.Path.GetFullPath))}{(part is null ? "" : $"#{part}")}";

    public string Path => System.IO.Path.Combine(_folder, "passages.jsonl");

    public static PassageFile Write(IReadOnlyList<string> questionFiles, string? part)
    {
        var file = new PassageFile(questionFiles, part);
        using var writer = new StreamWriter(file.Path);
        foreach (var document in questionFiles.SelectMany(path => QuestionPassages.Read(path, part)))
            writer.WriteLine(JsonSerializer.Serialize(new { id = document.SourceId, title = document.Title, text = document.Text }));
        return file;
    }

    public CorpusItem Restore(CorpusItem item) => item with { Origin = _origin };

    public string OriginOf(string place) => _origin;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
