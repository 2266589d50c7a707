using System.Text.Encodings.Web;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Bench;

/// <summary>Reading a large file of JSON lines as an import does (guarded, normalised, doubles found), and with nothing but .NET's parser.</summary>
[MemoryDiagnoser]
public class JsonLinesBenchmarks
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private string _file = "";

    [Params(100)]
    public int Megabytes { get; set; }

    [GlobalSetup]
    public void Write()
    {
        _file = Path.GetTempFileName();
        using var lines = new StreamWriter(_file);
        for (var id = 0; lines.BaseStream.Length < Megabytes * 1_000_000L; id++)
        {
            var article = Texts.Articles[id % Texts.Articles.Count];
            lines.WriteLine(JsonSerializer.Serialize(new { id = $"{id}", title = article.Title, text = article.Text }, Plain));
        }
    }

    [GlobalCleanup]
    public void Remove() => File.Delete(_file);

    [Benchmark(Baseline = true, Description = "File.ReadLines, JsonDocument.Parse")]
    public long Parser()
    {
        long characters = 0;
        foreach (var line in File.ReadLines(_file))
        {
            using var json = JsonDocument.Parse(line);
            characters += json.RootElement.GetProperty("id").GetString()!.Length + json.RootElement.GetProperty("title").GetString()!.Length
                + json.RootElement.GetProperty("text").GetString()!.Length;
        }
        return characters;
    }

    [Benchmark(Description = "CorpusSource.Read")]
    public long Import()
    {
        long characters = 0;
        foreach (var item in CorpusSource.Read([_file], new CorpusReadOptions { Format = "jsonl" }))
            characters += item.Document!.SourceId.Length + item.Document.Title.Length + item.Document.Text.Length;
        return characters;
    }
}
