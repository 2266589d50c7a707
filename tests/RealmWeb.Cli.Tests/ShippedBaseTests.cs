using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Cli.Tests;

/// <summary>The pretrained encoder that the build takes out of a package.</summary>
public sealed class ShippedBaseTests
{
    private static readonly string Folder = Path.Combine(ModelBase.Shipped, "arctic-xs");

    // [CLS] who discovered penicillin ? [SEP] and a shorter row.
    private static readonly long[] Ids = [101, 2040, 3603, 7279, 2278, 29107, 2378, 1029, 102, 101, 1996, 3007, 1997, 2660, 102, 0, 0, 0];

    /// <summary>The first eight numbers of some states, as ONNX Runtime 1.31.1 computes them from the package's own export: row, position, numbers.</summary>
    public static TheoryData<int, int, float[]> States => new()
    {
        { 0, 0, [-0.0071864147f, 0.10300232f, -0.16542737f, -0.18371105f, -0.6501449f, 0.09773377f, -0.42580566f, -0.76527053f] },
        { 0, 3, [-0.055505738f, 0.31077665f, -0.2570558f, -0.09814585f, -0.83949727f, 0.23977374f, 0.19297422f, -0.415224f] },
        { 1, 0, [0.1860895f, 0.19347931f, -0.08493728f, -0.14540903f, -0.2634823f, 0.28145885f, 0.21434046f, -0.4577455f] },
        { 1, 5, [0.1672306f, 0.2259968f, -0.16950633f, -0.28473324f, -0.31134263f, 0.64140815f, -0.123626515f, -0.4555121f] },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void Encode_GivesTheStatesOfTheExport(int row, int position, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var encoder = new BertEncoder(ModelOptions.Load(ModelFiles.Config(Folder)).Encoder, hasPooler: false);
        using var file = SafetensorsFile.Open(ModelFiles.Weights(Folder));
        StateDict.LoadInto(encoder, file);
        encoder.eval();
        var ids = tensor(Ids, [2, 9]);
        using var inputs = new BertInputs(ids, ids.ne(0).to(ScalarType.Int64), zeros_like(ids));

        var states = encoder.Encode(inputs, pool: false).LastHidden;

        Assert.Equal(expected, states[row, position, ..8].data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 2e-5);
    }

    [Fact]
    public void Embed_BringsAQuestionNearToItsPassage_WithoutAnyTraining()
    {
        using var model = PublishedImport.Read("arctic", [Folder], null, 1, CPU);
        string[] passages = [
            "Alexander Fleming found the mould that kills bacteria in 1928.", "The mill ground flour until 1930.",
            "Ships from nine countries land timber there."];

        var query = model.EncodeQueries([model.Tokenizer.Encode("Who discovered penicillin?")]);
        var vectors = model.Encode([.. passages.Select(text => Engine.Corpora.Block.Create("", text, 0))], CancellationToken.None);

        double[] scores = [.. Enumerable.Range(0, 3)
            .Select(i => vectors.Skip(i * model.Dimension).Take(model.Dimension).Zip(query, (a, b) => (double)a * b).Sum())];
        Assert.Equal(scores.Max(), scores[0]);
        Assert.True(scores[0] > scores[1] + 2 && scores[0] <= 20, string.Join(", ", scores));
    }

    [Fact]
    public void Folder_NamesSourceAndLicence_AndNothingElseOfThePackageShips()
    {
        Assert.Contains("Apache License 2.0", File.ReadAllText(ModelFiles.Card(Folder)), StringComparison.Ordinal);
        Assert.Contains("Apache License", File.ReadAllText(Path.Combine(Folder, "LICENSE")), StringComparison.Ordinal);
        Assert.Equal(30_522, Vocabulary.Load(ModelFiles.Vocabulary(Folder)).Count);
        Assert.Contains(ModelBase.Of(Folder).Sha256, File.ReadAllText(ModelFiles.Card(Folder)), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Select(Path.GetFileName),
            file => file!.Contains("onnx", StringComparison.OrdinalIgnoreCase) || file.Contains("SentenceTransformers", StringComparison.OrdinalIgnoreCase));
    }
}
