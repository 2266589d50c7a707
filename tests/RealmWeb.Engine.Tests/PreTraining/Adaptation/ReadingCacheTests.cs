using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

public sealed class ReadingCacheTests
{
    private static readonly Block First = Block.Create("Orne", "The Orne is long.", 0), Second = Block.Create("Orne", "The Orne is wide.", 0);

    [Fact]
    public void Readings_AreThereAfterAKill_ButForTheLineThatItCut()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("readings.txt");
        using (var cache = new ReadingCache(path, resume: false))
        {
            cache.Add("what is long?", "the Orne", First, 0.1234567890123);
            cache.Add("what is wide?", "the Orne", Second, 0.5);
        }
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, whole[..^4]);

        using (var resumed = new ReadingCache(path, resume: true))
        {
            Assert.Equal(0.1234567890123, resumed.Find("what is long?", "the Orne", First));
            Assert.Null(resumed.Find("what is long?", "the Orne", Second));
            Assert.Null(resumed.Find("what is wide?", "the Orne", Second));
            resumed.Add("what is wide?", "the Orne", Second, 0.5);
        }

        Assert.Equal(whole, File.ReadAllText(path));
        using var anew = new ReadingCache(path, resume: false);
        Assert.Null(anew.Find("what is long?", "the Orne", First));
    }
}
