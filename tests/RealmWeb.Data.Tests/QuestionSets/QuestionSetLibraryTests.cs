using RealmWeb.Data.QuestionSets;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.QuestionSets;

public sealed class QuestionSetLibraryTests : IDisposable
{
    private const string Line = """{"question":"When?","answers":["open"]}""";

    private readonly TempData _data = new();
    private readonly QuestionSetLibrary _sets;

    public QuestionSetLibraryTests() => _sets = _data.Get<QuestionSetLibrary>();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Add_KeepsTheFile_WhereTheRealmProgramFindsIt()
    {
        _data.AddQuestions("weekly-quiz", Line);

        var set = Assert.Single(_sets.List());
        Assert.Equal(("weekly-quiz", 1, "ann"), (set.Name, set.Questions, set.AddedBy));
        Assert.Equal(Line, File.ReadAllText(Path.Combine(_data.Folder, _sets.FileOf("weekly-quiz"))));
        Assert.False(Path.IsPathRooted(_sets.FileOf("weekly-quiz")));
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("Upper")]
    [InlineData("../evil")]
    [InlineData("")]
    public void Add_Refuses_WhenTheNameIsTakenOrNone(string name)
    {
        _data.AddQuestions("taken", Line);

        Assert.Throws<ArgumentException>(() => _data.AddQuestions(name, "other"));

        Assert.Equal(Line, File.ReadAllText(Path.Combine(_data.Folder, _sets.FileOf("taken"))));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(_data.Folder, "question-sets")));
    }

    [Fact]
    public void NameOf_IsTheSetsNameOrTheFiles()
    {
        _data.AddQuestions("quiz", Line);

        Assert.Equal("quiz", _sets.NameOf(Path.Combine(_data.Folder, _sets.FileOf("quiz"))));
        Assert.Equal("dev.jsonl", _sets.NameOf(Path.Combine(_data.Folder, "nq", "dev.jsonl")));
        // A file that is called as a set is told from it.
        Assert.Equal("nq/quiz", _sets.NameOf(Path.Combine(_data.Folder, "nq", "quiz")));
    }

    [Fact]
    public void List_LeavesOutWhatIsDamaged()
    {
        _data.AddQuestions("good", Line);
        _data.AddQuestions("bad", Line);

        File.WriteAllText(Path.Combine(_data.Folder, "question-sets", "bad", "set.json"), "{");

        Assert.Equal(["good"], _sets.List().Select(set => set.Name));
        Assert.Throws<QuestionSetNotFoundException>(() => _sets.FileOf("bad"));
    }

    [Fact]
    public void Delete_RemovesTheSet()
    {
        _data.AddQuestions("old", Line);

        _sets.Delete("old");

        Assert.Empty(_sets.List());
        Assert.Throws<QuestionSetNotFoundException>(() => _sets.Delete("old"));
    }
}
