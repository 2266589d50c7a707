using RealmWeb.Engine.PreTraining;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class MarginalLikelihoodTests
{
    [Fact]
    public void LogProbs_PosteriorAndGradient_FollowReference_InDoublePrecision()
    {
        foreach (var given in GoldenFiles.Json("marginal.json").GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            Tensor Exact(string name) => GoldenFiles.Numbers(given.GetProperty(name), ScalarType.Float64);
            // [1, k], [1, k, 1]
            var relevance = Exact("relevance").unsqueeze(0).requires_grad_();
            var likelihood = Exact("log_likelihood").view(1, -1, 1).requires_grad_();

            var marginal = MarginalLikelihood.LogProbs(relevance, likelihood);
            var posterior = MarginalLikelihood.Posterior(relevance, likelihood);
            marginal.sum().backward();

            // The inputs are stored with nine digits: each is off by up to 5e-9 of its size, and three of them add up.
            var tolerance = 1.5e-8 * Math.Max(1, cat([relevance.reshape(-1), likelihood.reshape(-1)]).detach().abs().max().item<double>());
            void Same(Tensor expected, Tensor actual, double? within = null) => Assert.True(
                (expected - actual.detach().reshape(-1)).abs().max().item<double>() < (within ?? tolerance), $"case {given.GetProperty("id")}");
            Same(tensor(given.GetProperty("log_marginal").GetDouble(), ScalarType.Float64, GoldenFiles.Device).reshape(1), marginal);
            Same(Exact("posterior"), posterior);
            Same(Exact("gradient_closed_form"), relevance.grad!);
            // Paper appendix A, from the same inputs: (p(y | z, x) / p(y | x) - 1) p(z | x).
            Same((((likelihood.reshape(-1) - marginal.squeeze()).exp() - 1) * relevance.softmax(1).squeeze(0)).detach(), relevance.grad!, 1e-9);
            Same(Exact("gradient_log_likelihood_autograd"), likelihood.grad!);
        }
    }
}
