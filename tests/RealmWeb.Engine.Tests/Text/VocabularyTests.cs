using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public sealed class VocabularyTests : IDisposable
{
    private static readonly string[] Tokens = ["[PAD]", "[UNK]", "the", "[CLS]", "[SEP]", "[MASK]", "##s"];

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Load_ReadsTokensByLine_WithEitherLineEnd(string lineEnd)
    {
        File.WriteAllText(_path, string.Join(lineEnd, Tokens) + lineEnd);

        var vocabulary = Vocabulary.Load(_path);

        Assert.Equal(Tokens, vocabulary.Tokens);
        Assert.Equal((0, 1, 3, 4, 5), (vocabulary.PadId, vocabulary.UnknownId, vocabulary.ClsId, vocabulary.SepId, vocabulary.MaskId));
        Assert.Equal("##s", vocabulary.Token(6));
        Assert.Equal(new Vocabulary(Tokens).Hash, vocabulary.Hash);
    }

    [Fact]
    public void Save_WritesWhatLoadReads()
    {
        var vocabulary = new Vocabulary(Tokens);

        vocabulary.Save(_path);

        Assert.Equal(vocabulary.Hash, Vocabulary.Load(_path).Hash);
    }

    [Fact]
    public void Hash_IsSha256OfTokensJoinedByLineFeeds() =>
        Assert.Equal("aec01d94b36aec38c1aae622", new Vocabulary(Tokens).Hash[..24]);

    [Fact]
    public void Load_NamesTheDuplicate()
    {
        File.WriteAllText(_path, string.Join('\n', Tokens.Append("the")));

        var error = Assert.Throws<VocabularyException>(() => Vocabulary.Load(_path));

        Assert.Contains("'the' twice, in lines 3 and 8", error.Message, StringComparison.Ordinal);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamesTheEmptyLine()
    {
        File.WriteAllText(_path, "[PAD]\n\n[UNK]\n");

        Assert.Contains("line 2", Assert.Throws<VocabularyException>(() => Vocabulary.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NamesWhatLacks()
    {
        var error = Assert.Throws<VocabularyException>(() => new Vocabulary(["[PAD]", "[UNK]", "[SEP]", "a"]));

        Assert.Contains("lacks [CLS], [MASK]", error.Message, StringComparison.Ordinal);
    }
}
