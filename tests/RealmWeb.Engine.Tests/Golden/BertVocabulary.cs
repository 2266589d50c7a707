using RealmWeb.Engine.Text;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>The bert-base-uncased vocabulary, which is not in the repository: REALM_BERT_VOCAB, else ../shared/data/vocab.</summary>
internal static class BertVocabulary
{
    internal static string Path { get; } = Environment.GetEnvironmentVariable("REALM_BERT_VOCAB") is { Length: > 0 } given
        ? given
        : System.IO.Path.Combine(TestPaths.Repository, "..", "shared", "data", "vocab", "bert-base-uncased-vocab.txt");

    /// <summary>The published vocabulary, or null on a machine without it.</summary>
    internal static Vocabulary? TryLoad() => File.Exists(Path) ? Vocabulary.Load(Path) : null;
}
