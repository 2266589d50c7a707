using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.Files;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Cli;

/// <summary>The passages of question files as a corpus file that exists as long as this object; its documents come from the question files.</summary>
internal sealed class PassageFile : IImportNames, IDisposable
{
    private readonly ScratchFolder _folder;
    private readonly string _origin;

    // A part of the files has passages of its own.
    private PassageFile(string scratch, IEnumerable<string> questionFiles, string? part)
    {
        _folder = ScratchFolder.In(scratch);
        _origin = $"passages:/{string.Join('+', questionFiles.Select(System.IO.Path.GetFullPath))}{(part is null ? "" : $"#{part}")}";
    }

    public string Path => System.IO.Path.Combine(_folder.Path, "passages.jsonl");

    /// <param name="scratch">Folder for the time of one piece of work; made when missing.</param>
    public static PassageFile Write(string scratch, IReadOnlyList<string> questionFiles, string? part)
    {
        var file = new PassageFile(scratch, questionFiles, part);
        using var writer = new StreamWriter(file.Path);
        foreach (var document in questionFiles.SelectMany(path => QuestionPassages.Read(path, part)))
            writer.WriteLine(JsonSerializer.Serialize(new { id = document.SourceId, title = document.Title, text = document.Text }));
        return file;
    }

    public CorpusItem Restore(CorpusItem item) => item with { Origin = _origin };

    public string RootOf(string path) => _origin;

    public void Dispose() => _folder.Dispose();
}
