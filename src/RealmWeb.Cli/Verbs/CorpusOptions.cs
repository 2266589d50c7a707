using System.CommandLine;
using RealmWeb.Engine.Answering;

namespace RealmWeb.Cli.Verbs;

/// <summary>Options that verbs over a corpus share.</summary>
internal static class CorpusOptions
{
    public static Option<string> Corpus() => new("--corpus") { Description = "Name of the corpus.", Required = true };

    public static Option<string?> Model() => new("--model") { Description = "Name of the model; default: the one in production." };

    public static Option<int> K() => new Option<int>("-k") { Description = "Passages, 1 to 100.", DefaultValueFactory = _ => 5 }.Between(1, 100);

    public static Option<double> Recall() => new Option<double>("--recall")
    {
        Description = "Share of the exact dense list that is enough, 1 for all of it; below 1 an index with partitions is searched in part.",
        DefaultValueFactory = _ => 1,
    }.Between(0.01, 1);

    public static Option<RetrieverKind> Retriever() =>
        new Option<RetrieverKind>("--retriever") { Description = "dense, lexical or hybrid.", DefaultValueFactory = _ => RetrieverKind.Hybrid }.OneOf();

    public static Option<ReadingPrecision> Precision() => new Option<ReadingPrecision>("--precision")
    {
        Description = "What the reader computes with: auto (bf16 on processors that multiply it), fp32 or bf16.",
        DefaultValueFactory = _ => ReadingPrecision.Auto,
    }.OneOf();
}
