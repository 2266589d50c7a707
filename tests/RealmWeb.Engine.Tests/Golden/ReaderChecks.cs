using System.Text.Json;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>What reader and openqa fixtures have in common.</summary>
internal static class ReaderChecks
{
    /// <summary>Adds the relevance and compares the best span of the blocks together. Returns the sum, [blocks, spans].</summary>
    public static Tensor CheckPrediction(JsonElement outputs, long length, Tensor logits, Tensor relevance)
    {
        // [blocks, spans]
        var joint = logits + relevance.narrow(0, 0, logits.shape[0]).unsqueeze(1);
        var best = joint.detach().reshape(-1).argmax().item<long>();
        var (start, width) = SpanNumbering.Span(length, best % logits.shape[1]);
        Assert.Equal(outputs.GetProperty("block_idx").GetInt64(), best / logits.shape[1]);
        Assert.Equal(outputs.GetProperty("candidate").GetInt64(), best % logits.shape[1]);
        Assert.Equal(outputs.GetProperty("start_pos")[0].GetInt32(), start);
        Assert.Equal(outputs.GetProperty("end_pos")[0].GetInt32(), start + width - 1);
        return joint;
    }

    /// <summary>Marks the spans that are gold and short enough, [blocks, spans].</summary>
    public static Tensor Correct(JsonElement starts, JsonElement ends, long length, int maxWidth, Tensor logits)
    {
        var correct = zeros(logits.shape, ScalarType.Bool, GoldenFiles.Device);
        for (var row = 0; row < logits.shape[0]; row++)
        {
            for (var i = 0; i < starts[row].GetArrayLength(); i++)
            {
                var start = starts[row][i].GetInt64();
                var width = ends[row][i].GetInt64() - start + 1;
                if (start >= 0 && width <= maxWidth)
                    correct[row, SpanNumbering.Number(length, start, width)] = tensor(true, device: GoldenFiles.Device);
            }
        }
        return correct;
    }

    /// <summary>Compares both losses and returns their sum.</summary>
    public static Tensor CheckLosses(JsonElement outputs, Tensor joint, Tensor correct, Tensor relevance, Tensor hasAnswers)
    {
        var expected = outputs.GetProperty("reader_correct_true").EnumerateArray().Select(pair => (pair[0].GetInt64(), pair[1].GetInt64()));
        var found = correct.nonzero();
        Assert.Equal(expected, Enumerable.Range(0, (int)found.shape[0]).Select(i => (found[i, 0].item<long>(), found[i, 1].item<long>())));

        var readerLoss = MarginalSpanLoss.Reader(joint, correct);
        var retrieverLoss = MarginalSpanLoss.Retriever(relevance, hasAnswers);

        Assert.Equal(outputs.GetProperty("reader_loss").GetDouble(), readerLoss.item<float>(), 1e-3);
        Assert.Equal(outputs.GetProperty("retriever_loss").GetDouble(), retrieverLoss.item<float>(), 1e-3);
        return readerLoss + retrieverLoss;
    }
}
