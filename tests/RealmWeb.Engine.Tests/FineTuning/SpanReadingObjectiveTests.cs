using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.FineTuning;

[Collection(SeededTests.Name)]
public sealed class SpanReadingObjectiveTests
{
    [Theory]
    [InlineData(3.0)]
    [InlineData(-2.0)]
    public void GroupLoss_RaisesTheOddsOfNoAnswer_ByItsBias(double bias)
    {
        // given a question that its passage does not answer
        using var model = TinyModel.Create(options: TinyModel.Steady);
        var passages = new PassageExamples(model.Tokenizer, model.Features, new PassageOptions(), [([TinyModel.Questions[^1]], 1)]);
        var group = passages.Whole(TinyModel.Questions[^1]);
        using var noGradient = no_grad();

        // when its loss, -log p(no answer), is taken with and without a bias
        using var plain = SpanReadingObjective.GroupLoss(model.Reader, model.Featurizer, [group], CPU);
        using var biased = SpanReadingObjective.GroupLoss(model.Reader, model.Featurizer, [group], CPU, bias);

        // then the odds differ by its exponential
        Assert.Equal(Odds(plain) * Math.Exp(bias), Odds(biased), Odds(plain) * Math.Exp(bias) * 1e-3);
    }

    private static double Odds(Tensor loss)
    {
        var p = Math.Exp(-loss.item<float>());
        return p / (1 - p);
    }
}
