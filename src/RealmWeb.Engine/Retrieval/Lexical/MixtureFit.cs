using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>Fits <see cref="RetrievalMixture"/> to questions whose answering blocks are known: the greatest Σ log Σ_{z answers} p(z|x), every question's
/// candidates being those of both lists.</summary>
/// <remarks>For each of some rates of fading, Newton's steps with the covariance of the candidates under p(z|x) as curvature, halved until the sum rises; a
/// little weight decay keeps the numbers finite where a few questions are told apart perfectly. The likeliest of them is taken.</remarks>
public static class MixtureFit
{
    private const int Steps = 100;
    private const double Decay = 1e-3;

    // Rates by which words may fade, for each standard deviation of the questions' best inner products.
    private static readonly double[] Rates = [.. Enumerable.Range(0, 11).Select(i => i / 10.0)];

    /// <summary>One candidate of one question.</summary>
    /// <param name="Lexical">BM25.</param>
    /// <param name="Match">How its words match the question's.</param>
    /// <param name="Excess">By how much <paramref name="Dense"/> is above the inner product with the whole block.</param>
    public readonly record struct Candidate(double Dense, double Lexical, bool Answers, TermMatch Match = default, double Excess = 0);

    // A question's candidates as what the numbers weigh.
    private sealed record Sample(double[][] Features, bool[] Answers, double Weight);

    /// <param name="sets">Of each set its questions, and of each question its candidates; a question none or all of whose candidates answer tells nothing. All
    /// sets count the same, however many questions they have.</param>
    /// <exception cref="ArgumentException">No question tells anything.</exception>
    public static RetrievalMixture Fit(IReadOnlyList<IReadOnlyList<IReadOnlyList<Candidate>>> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        var tellingSets = sets.Select(questions => questions.Where(IsTelling).ToList()).Where(questions => questions.Count > 0).ToList();
        var telling = tellingSets.SelectMany(questions => questions).ToList();
        var weightOf = tellingSets.SelectMany(questions => questions.Select(_ => 1.0 / questions.Count / tellingSets.Count)).ToList();
        if (telling.Count == 0)
            throw new ArgumentException(
                "No question has an answering passage and others among its candidates, so there is nothing to fit. Give questions that the corpus answers.",
                nameof(sets));
        var best = telling.Select(candidates => candidates.Max(candidate => candidate.Dense)).ToArray();
        // In units of their spread, so that one step size suits all.
        var (typical, spread) = (best.Average(), Spread(best));
        var all = telling.SelectMany(candidates => candidates.Select(candidate => Numbers(candidate, 1))).ToList();
        double[] units = [.. Enumerable.Range(0, all[0].Length).Select(number => Spread(all.Select(numbers => numbers[number])))];
        // BM25 alone, which is a start for every corpus.
        double[] weights = [0, 1, 0, 0, 0, 0];
        var fits = new List<(double Likelihood, RetrievalMixture Mixture)>();
        foreach (var fading in Rates.Select(rate => rate / spread))
        {
            var samples = telling.Select((candidates, i) => new Sample(
                [.. candidates.Select(candidate => Numbers(candidate, Math.Exp(-fading * (best[i] - typical))).Zip(units, (number, unit) => number / unit)
                    .ToArray())],
                [.. candidates.Select(candidate => candidate.Answers)], weightOf[i])).ToList();
            (weights, var likelihood) = Climb(samples, weights);
            double[] fitted = [.. weights.Zip(units, (weight, unit) => weight / unit)];
            var terms = new TermWeights(fitted[2], fitted[3], fitted[4]);
            fits.Add((likelihood, new RetrievalMixture(fitted[0], fitted[1], fading, typical, Terms: terms, Excess: fitted[5])));
        }
        return fits.MaxBy(fit => fit.Likelihood).Mixture;
    }

    // What the weights weigh, where words count so much.
    private static double[] Numbers(Candidate candidate, double words)
    {
        var match = candidate.Match;
        return [candidate.Dense, words * candidate.Lexical, words * match.Sentence, words * match.Near, words * match.Passage, candidate.Excess];
    }

    private static bool IsTelling(IReadOnlyList<Candidate> candidates) =>
        candidates.Any(candidate => candidate.Answers) && candidates.Any(candidate => !candidate.Answers);

    private static double Spread(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return Math.Max(1e-9, Math.Sqrt(all.Average(value => (value - mean) * (value - mean))));
    }

    private static (double[] Weights, double Likelihood) Climb(List<Sample> questions, double[] weights)
    {
        var best = Likelihood(questions, weights, null, null);
        for (var step = 0; step < Steps; step++)
        {
            var (gradient, curvature) = (new double[weights.Length], new double[weights.Length, weights.Length]);
            Likelihood(questions, weights, gradient, curvature);
            var direction = Solve(curvature, gradient);
            var (next, likelihood) = (weights, best);
            for (var size = 1.0; size > 1e-6 && likelihood <= best; size /= 2)
            {
                next = [.. weights.Zip(direction, (weight, change) => weight + size * change)];
                likelihood = Likelihood(questions, next, null, null);
            }
            if (likelihood <= best + 1e-9)
                break;
            (weights, best) = (next, likelihood);
        }
        return (weights, best);
    }

    // Mean log-likelihood less the decay; adds up its gradient and the (positive) curvature where they are wanted.
    private static double Likelihood(List<Sample> questions, double[] weights, double[]? gradient, double[,]? curvature)
    {
        double sum = 0;
        foreach (var (features, answers, weight) in questions)
        {
            var scores = features.Select(feature => Dot(feature, weights)).ToArray();
            var largest = scores.Max();
            var odds = scores.Select(score => Math.Exp(score - largest)).ToArray();
            var (all, right) = (odds.Sum(), odds.Where((_, i) => answers[i]).Sum());
            sum += weight * Math.Log(Math.Max(right, 1e-300) / all);
            if (gradient is null || curvature is null)
                continue;
            var mean = Mean(features, odds, all);
            var rightMean = Mean(features, [.. odds.Select((odd, i) => answers[i] ? odd : 0)], Math.Max(right, 1e-300));
            for (var a = 0; a < weights.Length; a++)
            {
                gradient[a] += weight * (rightMean[a] - mean[a]);
                for (var b = 0; b < weights.Length; b++)
                    curvature[a, b] += weight * (features.Select((feature, i) => odds[i] / all * feature[a] * feature[b]).Sum() - mean[a] * mean[b]);
            }
        }
        for (var a = 0; a < weights.Length && gradient is not null; a++)
        {
            gradient[a] -= Decay * weights[a];
            curvature![a, a] += Decay;
        }
        return sum - Decay / 2 * weights.Sum(weight => weight * weight);
    }

    private static double[] Mean(double[][] features, double[] odds, double total) =>
        [.. Enumerable.Range(0, features[0].Length).Select(a => features.Select((feature, i) => odds[i] / total * feature[a]).Sum())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // Gauss's elimination; the decay keeps the matrix positive definite, so that no pivot is 0.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var (a, x, n) = ((double[,])matrix.Clone(), (double[])right.Clone(), right.Length);
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var row = pivot + 1; row < n; row++)
            {
                var factor = a[row, pivot] / a[pivot, pivot];
                for (var column = pivot; column < n; column++)
                    a[row, column] -= factor * a[pivot, column];
                x[row] -= factor * x[pivot];
            }
        }
        for (var row = n - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < n; column++)
                x[row] -= a[row, column] * x[column];
            x[row] /= a[row, row];
        }
        return x;
    }
}
