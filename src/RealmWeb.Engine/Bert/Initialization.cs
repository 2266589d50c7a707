using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace RealmWeb.Engine.Bert;

/// <summary>Random start of every module as BERT has it: normal weights, zero biases, LayerNorm as identity.</summary>
internal static class Initialization
{
    /// <remarks>Differs from the original: not truncated at two deviations. Draws from torch's global generator in order of the names.</remarks>
    public static void Apply(Module module, BertOptions options)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal))
                init.zeros_(parameter);
            else if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) || name.EndsWith("layer_normalization.weight", StringComparison.Ordinal))
                init.ones_(parameter);
            else if (name.EndsWith("depthwise.weight", StringComparison.Ordinal))
                // Each output sees a handful of inputs only: the small deviation of wide layers would switch the convolution off.
                init.uniform_(parameter, -1 / Math.Sqrt(options.ConvolutionWidth), 1 / Math.Sqrt(options.ConvolutionWidth));
            else
                init.normal_(parameter, 0, options.InitializerRange);
            if (name.Contains("feature_embeddings.", StringComparison.Ordinal))
            {
                using var absent = parameter[0];
                init.zeros_(absent);
            }
        }
    }
}
