using System.Text.Json;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>Question in, answer out: tokenizer, embedder, exact search and reader together.</summary>
public sealed class OpenQaTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(ToyVocabulary());
    private static readonly string[] Blocks =
        [.. GoldenFiles.Json("openqa", "block_records.json").EnumerateArray().Select(block => block.GetString()!)];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, GoldenFiles.Json("openqa", "io.json").GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answer_FollowsReference(int number)
    {
        using var scope = NewDisposeScope();
        var given = GoldenFiles.Json("openqa", "io.json").GetProperty("cases")[number];
        var outputs = given.GetProperty("outputs");
        var options = GoldenCase.Options("openqa");
        using var file = GoldenCase.Weights("openqa");
        using var embedder = new Embedder(options.Encoder, options.Retriever).OnDevice();
        using var reader = new SpanReader(options.Encoder, options.Reader).OnDevice();
        StateDict.LoadInto(embedder, file, "embedder.");
        StateDict.LoadInto(reader, file, "reader.");
        embedder.eval();
        reader.eval();
        var blockVectors = file.Load("block_emb").to(GoldenFiles.Device);

        // Retrieve.
        var (ids, _, _) = PublishedEncoding.Encode(Tokenizer, given.GetProperty("question").GetString()!, null, options.Retriever.QueryLength);
        Assert.Equal(given.GetProperty("inputs").GetProperty("input_ids")[0].EnumerateArray().Select(id => id.GetInt64()), ids);
        using var question = Batch([(ids, new long[ids.Length])]);
        var query = embedder.Embed(question);
        var scores = query.matmul(blockVectors.t()).squeeze(0);
        GoldenFiles.Near(GoldenFiles.Numbers(outputs.GetProperty("question_projection")), query.squeeze(0), "question");
        GoldenFiles.Near(GoldenFiles.Numbers(outputs.GetProperty("all_block_scores")), scores, "scores");
        var beam = given.GetProperty("training_mode").GetBoolean() ? options.Retriever.BeamSize : options.Reader.BeamSize;
        var rows = scores.detach().topk(beam).indexes.cpu().data<long>().ToArray();
        Assert.Equal(outputs.GetProperty("retrieved_block_ids").EnumerateArray().Select(row => row.GetInt64()), rows);
        // Scored again with the stored vectors, so that the gradient reaches the question alone.
        var relevance = scores.index_select(0, tensor(rows, device: GoldenFiles.Device));

        // Read.
        var encoded = rows.Select(row => PublishedEncoding.Encode(
            Tokenizer, outputs.GetProperty("reader_question").GetString()!, Blocks[row], options.Reader.Length)).ToArray();
        var length = encoded.Max(item => item.Ids.Length);
        using var inputs = Batch([.. encoded.Select(item => (item.Ids, item.Segments))]);
        Assert.True(inputs.InputIds.equal(GoldenFiles.Ids(outputs.GetProperty("reader_input_ids"))).all().item<bool>());
        Assert.True(inputs.SegmentIds.equal(GoldenFiles.Ids(outputs.GetProperty("reader_token_type_ids"))).all().item<bool>());
        Assert.True(inputs.Mask.equal(GoldenFiles.Ids(outputs.GetProperty("reader_attention_mask"))).all().item<bool>());
        var special = stack(
            encoded.Select(item => nn.functional.pad(tensor(item.Special, device: GoldenFiles.Device), (0, length - item.Special.Length), value: 1)));
        Assert.True(special.equal(GoldenFiles.Ids(outputs.GetProperty("special_tokens_mask"))).all().item<bool>());
        var blockMask = inputs.SegmentIds * (1 - special);
        using var read = inputs.Slice(0, options.Reader.BeamSize);
        var logits = reader.SpanLogits(read, blockMask.narrow(0, 0, options.Reader.BeamSize));
        var expected = outputs.GetProperty("reader");
        var joint = ReaderChecks.CheckPrediction(expected, length, logits, relevance);
        var answer = encoded[expected.GetProperty("block_idx").GetInt32()].Ids[
            expected.GetProperty("start_pos")[0].GetInt32()..(expected.GetProperty("end_pos")[0].GetInt32() + 1)];
        Assert.Equal(outputs.GetProperty("predicted_answer_ids").EnumerateArray().Select(id => id.GetInt64()), answer);

        // Learn.
        if (outputs.GetProperty("has_answers").ValueKind == JsonValueKind.Null || !given.TryGetProperty("gradients", out _))
            return;
        var correct = ReaderChecks.Correct(outputs.GetProperty("start_pos"), outputs.GetProperty("end_pos"), length, options.Reader.MaxSpanWidth, logits);
        var loss = ReaderChecks.CheckLosses(
            expected, joint, correct, relevance, GoldenFiles.Numbers(outputs.GetProperty("has_answers"), ScalarType.Bool));
        loss.backward();
        var gradients = embedder.named_parameters().ToDictionary(item => "embedder." + item.name, item => item.parameter.grad);
        foreach (var (name, parameter) in reader.named_parameters())
            gradients["reader." + name] = parameter.grad;
        GoldenCase.All("openqa").ElementAt(number).CheckGradients(gradients);
    }

    [Fact]
    public void BlockVectors_AreTheEmbedderOverTheBlockAlone()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var file = GoldenCase.Weights("openqa");
        var options = GoldenCase.Options("openqa");
        using var embedder = new Embedder(options.Encoder, options.Retriever).OnDevice();
        StateDict.LoadInto(embedder, file, "embedder.");
        embedder.eval();
        using var inputs = Batch([.. Blocks.Select(block => PublishedEncoding.Encode(Tokenizer, block, null, null)).Select(item => (item.Ids, item.Segments))]);

        var vectors = embedder.Embed(inputs);

        GoldenFiles.Near(file.Load("block_emb").to(GoldenFiles.Device), vectors, "blocks");
    }

    [Fact]
    public void Encode_FollowsReference_WithTruncation()
    {
        foreach (var given in GoldenFiles.Json("openqa", "encode.json").GetProperty("encode").EnumerateArray())
        {
            int? maxLength = given.GetProperty("max_length") is { ValueKind: JsonValueKind.Number } limit ? limit.GetInt32() : null;

            var (ids, segments, special) = PublishedEncoding.Encode(
                Tokenizer, given.GetProperty("text").GetString()!, given.GetProperty("text_pair").GetString(), maxLength);

            Assert.Equal(given.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt64()), ids);
            Assert.Equal(given.GetProperty("token_type_ids").EnumerateArray().Select(id => id.GetInt64()), segments);
            Assert.Equal(given.GetProperty("special_tokens_mask").EnumerateArray().Select(id => id.GetInt64()), special);
        }
    }

    [Fact]
    public void Encode_FollowsReference_ForCandidates()
    {
        var given = GoldenFiles.Json("openqa", "encode.json").GetProperty("batch_encode_candidates");
        var maxLength = given.GetProperty("max_length").GetInt32();
        foreach (var (texts, expected) in given.GetProperty("text").EnumerateArray().Zip(given.GetProperty("input_ids").EnumerateArray()))
        {
            foreach (var (text, ids) in texts.EnumerateArray().Zip(expected.EnumerateArray()))
            {
                var encoded = PublishedEncoding.Encode(Tokenizer, text.GetString()!, null, maxLength).Ids;

                Assert.Equal(ids.EnumerateArray().Select(id => id.GetInt64()), encoded.Concat(new long[maxLength - encoded.Length]));
            }
        }
    }

    // The toy vocabulary has one word twice; the published tokenizer uses the later row, ours refuses such a file.
    private static Vocabulary ToyVocabulary()
    {
        var tokens = File.ReadAllLines(GoldenFiles.At("openqa", "vocab.txt"));
        return new(tokens.Select((token, i) => tokens.AsSpan(i + 1).Contains(token) ? $"[unused row {i}]" : token));
    }

    private static BertInputs Batch((long[] Ids, long[] Segments)[] rows)
    {
        using var scope = NewDisposeScope();
        var length = rows.Max(row => row.Ids.Length);
        Tensor Padded(Func<(long[] Ids, long[] Segments), long[]> values) =>
            stack(rows.Select(row => nn.functional.pad(tensor(values(row), device: GoldenFiles.Device), (0, length - row.Ids.Length))));
        return new(Padded(row => row.Ids), Padded(row => [.. row.Ids.Select(_ => 1L)]), Padded(row => row.Segments));
    }
}
