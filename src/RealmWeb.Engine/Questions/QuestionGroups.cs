namespace RealmWeb.Engine.Questions;

/// <summary>Puts questions together that ask for nearly the same: agglomerative, by the mean cosine of all pairs across two groups.</summary>
public static class QuestionGroups
{
    /// <summary>Nearness of questions about one matter. With the shipped model, of 25 questions about 11 matters, 0.75 mixes none and leaves 9 matters whole;
    /// 0.70 leaves 10 whole and mixes two, 0.80 leaves 8.</summary>
    public const double SameMatter = 0.75;

    /// <summary>Joins the two groups that are nearest, again and again, while they are near enough. Takes n³ steps at worst; for hundreds, not for
    /// thousands.</summary>
    /// <param name="vectors">One a question, as the model embeds it.</param>
    /// <param name="nearness">The least mean cosine of two groups that are joined, -1..1.</param>
    /// <returns>Places of the questions, each once: those of a group in order, the largest group first.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<float[]> vectors, double nearness)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var groups = Enumerable.Range(0, vectors.Count).Select(place => new List<int> { place }).ToList();
        var near = Cosines(vectors);
        List<int> open = [.. Enumerable.Range(0, vectors.Count)];
        while (Nearest(open, near) is var (one, other, cosine) && cosine >= nearness)
        {
            double here = groups[one].Count, there = groups[other].Count;
            foreach (var third in open)
                near[one, third] = near[third, one] = (here * near[one, third] + there * near[other, third]) / (here + there);
            groups[one].AddRange(groups[other]);
            open.Remove(other);
        }
        return [.. open.Select(group => groups[group]).OrderByDescending(group => group.Count).ThenBy(group => group.Min())
            .Select(group => (IReadOnlyList<int>)[.. group.Order()])];
    }

    private static (int One, int Other, double Cosine) Nearest(List<int> open, double[,] near)
    {
        var (one, other, best) = (-1, -1, double.NegativeInfinity);
        for (var i = 0; i < open.Count; i++)
        {
            for (var j = i + 1; j < open.Count; j++)
            {
                if (near[open[i], open[j]] > best)
                    (one, other, best) = (open[i], open[j], near[open[i], open[j]]);
            }
        }
        return (one, other, best);
    }

    private static double[,] Cosines(IReadOnlyList<float[]> vectors)
    {
        var lengths = vectors.Select(vector => Math.Sqrt(Dot(vector, vector))).ToList();
        var near = new double[vectors.Count, vectors.Count];
        for (var i = 0; i < vectors.Count; i++)
        {
            for (var j = 0; j < i; j++)
                near[i, j] = near[j, i] = lengths[i] * lengths[j] > 0 ? Dot(vectors[i], vectors[j]) / (lengths[i] * lengths[j]) : 0;
        }
        return near;
    }

    private static double Dot(float[] one, float[] other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
            sum += (double)one[i] * other[i];
        return sum;
    }
}
