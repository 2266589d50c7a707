using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests;

public sealed class EntryNameTests
{
    [Theory]
    [InlineData("handbook", true, true)]
    [InlineData("0", true, true)]
    [InlineData("realm-small-1.5", false, true)]
    [InlineData("zz\n", false, false)]
    [InlineData("", false, false)]
    [InlineData("-a", false, false)]
    [InlineData("..", false, false)]
    [InlineData("a/b", false, false)]
    [InlineData("Notes", false, false)]
    [InlineData("größe", false, false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, false)]
    public void IsValid_TakesWhatIsAFolderAWordAndPartOfAnAddress(string name, bool valid, bool withDots) =>
        Assert.Equal((valid, withDots), (EntryName.IsValid(name), EntryName.IsValidWithDots(name)));

    [Fact]
    public void Stores_RefuseANameThatEndsInALineBreak()
    {
        using var data = new TempData();

        Assert.Throws<ArgumentException>(() => data.Get<CorpusLibrary>().Create("zz\n"));
        Assert.Throws<ArgumentException>(() => data.Get<ModelLibrary>().FolderForNew("zz\n"));
        Assert.Throws<ArgumentException>(() => data.Get<QuestionSetLibrary>().RequireFree("zz\n"));
    }
}
