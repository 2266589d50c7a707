using RealmWeb.Contracts.Access;
using RealmWeb.Data.Access;

namespace RealmWeb.Data.Tests.Access;

public sealed class CorpusRightsTests
{
    [Theory]
    // What the role says holds in corpora that are open, and adds to what is given there.
    [InlineData(CorpusRole.Asker, false, null, CorpusRole.Asker)]
    [InlineData(CorpusRole.Asker, false, CorpusRole.Curator, CorpusRole.Curator)]
    [InlineData(CorpusRole.Curator, false, CorpusRole.Asker, CorpusRole.Curator)]
    [InlineData(null, false, null, null)]
    [InlineData(null, false, CorpusRole.Annotator, CorpusRole.Annotator)]
    // In one for chosen people only what is given there holds.
    [InlineData(CorpusRole.Curator, true, null, null)]
    [InlineData(CorpusRole.Curator, true, CorpusRole.Asker, CorpusRole.Asker)]
    [InlineData(null, true, CorpusRole.Curator, CorpusRole.Curator)]
    public void In_TakesRoleAndGrantTogether(CorpusRole? role, bool restricted, CorpusRole? granted, CorpusRole? expected)
    {
        var rights = new CorpusRights(
            role, restricted ? new HashSet<string> { "vault" } : [], granted is { } given ? new Dictionary<string, CorpusRole> { ["vault"] = given } : []);

        var found = rights.In("vault");

        Assert.Equal(expected, found);
        foreach (var (least, scope) in new[]
        {
            (CorpusRole.Asker, rights.Asking), (CorpusRole.Annotator, rights.Annotating), (CorpusRole.Curator, rights.Curating),
        })
        {
            Assert.Equal(expected >= least, rights.May("vault", least));
            Assert.Equal(expected >= least, scope.Takes("vault"));
            Assert.Equal(role >= least, scope.Takes("another"));
        }
    }

    [Fact]
    public void AskingIn_IsAskingThereAndNothingElse()
    {
        var rights = CorpusRights.AskingIn(["handbook", "handbook"]);

        Assert.True(rights.Asking.Takes("handbook"));
        Assert.False(rights.Asking.Takes("vault"));
        Assert.False(rights.MaySomewhere(CorpusRole.Annotator));
    }
}
