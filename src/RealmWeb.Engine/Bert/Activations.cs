using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace RealmWeb.Engine.Bert;

/// <summary>The two forms of GELU that BERT checkpoints were trained with.</summary>
internal static class Activations
{
    /// <summary>What a layer applies to states that nobody else reads: without a gradient it may write over them.</summary>
    /// <returns>tanh form for <c>gelu_new</c>, error-function form for <c>gelu</c>.</returns>
    public static Func<Tensor, Tensor> For(BertOptions options) => options.Activation == "gelu_new" ? TanhForm : x => functional.gelu(x);

    private static Tensor TanhForm(Tensor x)
    {
        if (!FastGelu.Takes(x))
            return functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh);
        FastGelu.Apply(x);
        return x;
    }
}
