using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>A step of open fine-tuning over a stored model and corpus, from the question's words to the gradients.</summary>
public sealed class OpenQaObjectiveTests
{
    public static TheoryData<int> Cases
    {
        get
        {
            var cases = GoldenFiles.Json("openqa", "io.json").GetProperty("cases").EnumerateArray().ToList();
            return [.. Enumerable.Range(0, cases.Count).Where(i =>
                cases[i].GetProperty("training_mode").GetBoolean() && cases[i].TryGetProperty("gradients", out _) && !HasUnknownPiece(cases[i]))];
        }
    }

    // The port makes the reader's question from its pieces and loses the unknown ones on the way; ours reads the question as it is.
    private static bool HasUnknownPiece(JsonElement given)
    {
        var unknown = Array.IndexOf(File.ReadAllLines(GoldenFiles.At("openqa", "vocab.txt")), "[UNK]");
        return given.GetProperty("inputs").GetProperty("input_ids")[0].EnumerateArray().Any(id => id.GetInt32() == unknown);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_FollowsReference(int number)
    {
        // given the stored model, blocks and block vectors, and one question with its answers
        var given = GoldenFiles.Json("openqa", "io.json").GetProperty("cases")[number];
        using var folder = new TemporaryFolder();
        var blocks = GoldenFiles.Json("openqa", "block_records.json").EnumerateArray().Select(block => Block.Create("", block.GetString()!, 0)).ToArray();
        using var world = new OpenQaWorld(Model(folder.At("model")), new MemoryBlockStore(blocks), new StoredVectors());
        var question = new QuestionExample(
            "1", given.GetProperty("question").GetString()!, [.. given.GetProperty("answers").EnumerateArray().Select(answer => answer.GetString()!)], null,
                null, null, null, false);
        var options = new OpenQaOptions { Match = AnswerMatch.Pieces };
        var objective = world.Objective(options, [question]);

        // when a step is computed
        using var scope = NewDisposeScope();
        var step = objective.Loss(0);
        step.Loss.backward();

        // then losses and gradients are those of the published port
        var expected = given.GetProperty("outputs").GetProperty("reader");
        Assert.Equal(expected.GetProperty("retriever_loss").GetDouble(), step.Metrics["retrieverLoss"], 1e-3);
        Assert.Equal(expected.GetProperty("reader_loss").GetDouble(), step.Metrics["readerLoss"], 1e-3);
        Assert.Equal(expected.GetProperty("loss").GetDouble(), step.Loss.item<float>(), 1e-3);
        var gradients = objective.Module.named_parameters().ToDictionary(
            entry => entry.name.StartsWith("query_", StringComparison.Ordinal) ? entry.name["query_".Length..] : entry.name, entry => entry.parameter.grad);
        GoldenCase.All("openqa").ElementAt(number).CheckGradients(gradients);
    }

    // The toy vocabulary has one word twice; the published tokenizer uses the later row, ours refuses such a file.
    private static RealmModel Model(string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(GoldenFiles.At("openqa", "config.json"), ModelFiles.Config(folder));
        File.Copy(GoldenFiles.At("openqa", "model.safetensors"), ModelFiles.Weights(folder));
        var tokens = File.ReadAllLines(GoldenFiles.At("openqa", "vocab.txt"));
        File.WriteAllLines(ModelFiles.Vocabulary(folder), tokens.Select((token, i) => tokens.AsSpan(i + 1).Contains(token) ? $"[unused row {i}]" : token));
        return RealmModel.Load(folder, GoldenFiles.Device).WithSeparateTowers();
    }

    /// <summary>The vectors that stand beside the blocks.</summary>
    private sealed class StoredVectors : IBlockEncoder
    {
        public int Dimension { get; } = GoldenCase.Options("openqa").Retriever.ProjectionSize;

        public string ModelVersion => "0123456789abcdef";

        public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
        {
            using var file = GoldenCase.Weights("openqa");
            using var vectors = file.Load("block_emb");
            return vectors.data<float>().ToArray();
        }
    }
}
