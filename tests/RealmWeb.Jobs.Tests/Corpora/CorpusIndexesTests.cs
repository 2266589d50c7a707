using RealmWeb.Data.Models;
using RealmWeb.Jobs.Corpora;

namespace RealmWeb.Jobs.Tests.Corpora;

public sealed class CorpusIndexesTests
{
    [Fact]
    public void BuildWanted_BuildsOnceMore_WhereAnotherModelCameIntoProductionMeanwhile()
    {
        var production = Model("promoted");
        var built = new List<string>();

        var answers = CorpusIndexes.BuildWanted(() => production, model =>
        {
            built.Add(model.Name);
            // A rollback, while the index of the promoted model is built.
            production = Model("former");
            return model.Name;
        });

        Assert.Equal("former", answers);
        Assert.Equal(["promoted", "former"], built);
    }

    private static ModelEntry Model(string name) => new(name, name, Embedded: false, 0, default);
}
