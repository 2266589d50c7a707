using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace RealmWeb.Engine.Bert;

/// <summary>The two forms of GELU that BERT checkpoints were trained with.</summary>
internal static class Activations
{
    /// <returns>tanh form for <c>gelu_new</c>, error-function form for <c>gelu</c>.</returns>
    public static Func<Tensor, Tensor> For(BertOptions options) => options.Activation == "gelu_new"
        ? x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)
        : x => functional.gelu(x);
}
