using RealmWeb.Engine.Corpora.Duplicates;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Corpora.Duplicates;

public sealed class DuplicateFinderTests
{
    private static readonly List<string> Articles =
        [.. Directory.GetFiles(Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "articles")).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public void Groups_HoldCopies_AndNearlyTheSame_AndNothingElse()
    {
        var (copied, edited, halved) = (Articles[3], Articles[7], Articles[11]);
        List<string> texts =
            [.. Articles, copied, Edited(edited, every: 60), halved[..(halved.Length / 2)], copied, Edited(edited, every: 60).ToUpperInvariant()];

        var groups = Groups(texts);

        var (last, same, near) = (Articles.Count, groups[0], groups[1]);
        Assert.Equal(2, groups.Count);
        Assert.Equal([3, last, last + 3], same.Documents.Select(document => document.Id));
        Assert.True(same.IsExact);
        Assert.Equal([7, last + 1, last + 4], near.Documents.Select(document => document.Id));
        Assert.False(near.IsExact);
        // A word in sixty is in five runs, before and behind: 55 of 65 are shared.
        Assert.All(near.Documents.Skip(1), document => Assert.InRange(document.Similarity, 0.8, 0.95));
        Assert.All(near.Documents.Skip(1), document => Assert.False(document.IsSame));
    }

    [Fact]
    public void Groups_AreThoseOfAComparisonOfAllWithAll()
    {
        // Each text with versions of it that are further and further away.
        var texts = Articles.Take(20).SelectMany(text => new[] { 200, 60, 30, 12 }.Select(every => Edited(text, every)).Prepend(text)).ToList();

        var pairs = Groups(texts, 0.6).SelectMany(group => group.Documents.Select(document => (First: group.Documents[0].Id, document.Id, document.Similarity)))
            .Where(pair => pair.First != pair.Id).ToList();

        var sets = texts.ConvertAll(WordShingles.Of);
        var connected = Enumerable.Range(0, texts.Count).ToArray();
        for (var i = 0; i < sets.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (WordShingles.Jaccard(sets[i], sets[j]) >= 0.6)
                    connected[i] = Math.Min(connected[i], connected[j]);
            }
        }
        var expected = Enumerable.Range(0, texts.Count).Where(i => connected[i] != i).Select(i => ((long)connected[i], (long)i, WordShingles.Jaccard(sets[connected[i]], sets[i])));
        Assert.Equal(expected, pairs.OrderBy(pair => pair.Id).Select(pair => (pair.First, pair.Id, pair.Similarity)));
        Assert.Contains(pairs, pair => pair.Similarity < 0.8);
    }

    [Fact]
    public void ShortTexts_AreComparedAsAWhole()
    {
        var groups = Groups(["Yes, it is.", "Yes, it is!", "Yes, it is."]);

        Assert.Equal([0L, 2L], Assert.Single(groups).Documents.Select(document => document.Id));
    }

    private static IReadOnlyList<DuplicateGroup> Groups(List<string> texts, double threshold = DuplicateFinder.DefaultThreshold)
    {
        var finder = new DuplicateFinder(id => texts[(int)id], threshold);
        for (var id = 0; id < texts.Count; id++)
            finder.Add(id, texts[id]);
        return finder.Groups(TestContext.Current.CancellationToken);
    }

    private static string Edited(string text, int every)
    {
        var words = text.Split(' ');
        for (var i = every / 2; i < words.Length; i += every)
            words[i] = $"edited{i}";
        return string.Join(' ', words);
    }
}
