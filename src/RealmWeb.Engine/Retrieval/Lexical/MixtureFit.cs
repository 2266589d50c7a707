using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>Fits <see cref="RetrievalMixture"/> to questions whose answering blocks are known: the greatest Σ log Σ_{z answers} p(z|x), every question's
/// candidates being those of both lists.</summary>
/// <remarks>Newton's steps with the covariance of the candidates under p(z|x) as curvature, halved until the sum rises; a little weight decay keeps
/// the numbers finite where a few questions are told apart perfectly.</remarks>
public static class MixtureFit
{
    private const int Numbers = 2;
    private const int Steps = 100;
    private const double Decay = 1e-3;

    /// <summary>One candidate of one question.</summary>
    /// <param name="Lexical">BM25.</param>
    public readonly record struct Candidate(double Dense, double Lexical, bool Answers);

    /// <param name="questions">The candidates of each; a question none or all of whose candidates answer tells nothing.</param>
    /// <exception cref="ArgumentException">No question tells anything.</exception>
    public static RetrievalMixture Fit(IReadOnlyList<IReadOnlyList<Candidate>> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var telling = questions.Where(candidates => candidates.Any(candidate => candidate.Answers) && candidates.Any(candidate => !candidate.Answers)).ToList();
        if (telling.Count == 0)
            throw new ArgumentException(
                "No question has an answering passage and others among its candidates, so there is nothing to fit. Give questions that the corpus answers.",
                nameof(questions));
        // In units of their spread, so that one step size suits both.
        var units = Units(telling);
        var weights = new double[Numbers];
        weights[1] = 1;
        var best = Likelihood(telling, units, weights, null, null);
        for (var step = 0; step < Steps; step++)
        {
            var (gradient, curvature) = (new double[Numbers], new double[Numbers, Numbers]);
            Likelihood(telling, units, weights, gradient, curvature);
            var direction = Solve(curvature, gradient);
            var (next, likelihood) = (weights, best);
            for (var size = 1.0; size > 1e-6 && likelihood <= best; size /= 2)
            {
                next = [.. weights.Zip(direction, (weight, change) => weight + size * change)];
                likelihood = Likelihood(telling, units, next, null, null);
            }
            if (likelihood <= best + 1e-9)
                break;
            (weights, best) = (next, likelihood);
        }
        return new RetrievalMixture(weights[0] / units[0], weights[1] / units[1]);
    }

    private static double[] Units(List<IReadOnlyList<Candidate>> questions)
    {
        double Spread(Func<Candidate, double> score)
        {
            var all = questions.SelectMany(candidates => candidates).Select(score).ToArray();
            var mean = all.Average();
            return Math.Max(1e-9, Math.Sqrt(all.Average(value => (value - mean) * (value - mean))));
        }
        return [Spread(candidate => candidate.Dense), Spread(candidate => candidate.Lexical)];
    }

    // Mean log-likelihood less the decay; adds up its gradient and the (positive) curvature where they are wanted.
    private static double Likelihood(List<IReadOnlyList<Candidate>> questions, double[] units, double[] weights, double[]? gradient, double[,]? curvature)
    {
        double sum = 0;
        foreach (var candidates in questions)
        {
            var features = candidates.Select(candidate => new[] { candidate.Dense / units[0], candidate.Lexical / units[1] }).ToArray();
            var scores = features.Select(feature => Dot(feature, weights)).ToArray();
            var largest = scores.Max();
            var odds = scores.Select(score => Math.Exp(score - largest)).ToArray();
            var (all, right) = (odds.Sum(), odds.Where((_, i) => candidates[i].Answers).Sum());
            sum += Math.Log(Math.Max(right, 1e-300) / all);
            if (gradient is null || curvature is null)
                continue;
            var mean = Mean(features, odds, all);
            var rightMean = Mean(features, [.. odds.Select((odd, i) => candidates[i].Answers ? odd : 0)], Math.Max(right, 1e-300));
            for (var a = 0; a < Numbers; a++)
            {
                gradient[a] += (rightMean[a] - mean[a]) / questions.Count;
                for (var b = 0; b < Numbers; b++)
                    curvature[a, b] += (features.Select((feature, i) => odds[i] / all * feature[a] * feature[b]).Sum() - mean[a] * mean[b]) / questions.Count;
            }
        }
        for (var a = 0; a < Numbers && gradient is not null; a++)
        {
            gradient[a] -= Decay * weights[a];
            curvature![a, a] += Decay;
        }
        return sum / questions.Count - Decay / 2 * weights.Sum(weight => weight * weight);
    }

    private static double[] Mean(double[][] features, double[] odds, double total) =>
        [.. Enumerable.Range(0, Numbers).Select(a => features.Select((feature, i) => odds[i] / total * feature[a]).Sum())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // Gauss's elimination; the decay keeps the matrix regular.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var (m, x) = ((double[,])matrix.Clone(), (double[])right.Clone());
        for (var pivot = 0; pivot < Numbers; pivot++)
        {
            for (var row = pivot + 1; row < Numbers; row++)
            {
                var factor = m[row, pivot] / m[pivot, pivot];
                for (var column = pivot; column < Numbers; column++)
                    m[row, column] -= factor * m[pivot, column];
                x[row] -= factor * x[pivot];
            }
        }
        for (var row = Numbers - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < Numbers; column++)
                x[row] -= m[row, column] * x[column];
            x[row] /= m[row, row];
        }
        return x;
    }
}
