using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Models;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly TempData _data = new(shippedModels: "program");
    private readonly ModelRegistry _registry;
    private readonly ModelLibrary _models;

    public ModelRegistryTests()
    {
        (_registry, _models) = (_data.Get<ModelRegistry>(), _data.Get<ModelLibrary>());
        AddModel("program", "shipped");
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Folder_IsWrittenDown_WhenItIsFound()
    {
        AddModel("models", "copied", "weights");

        var model = Row("copied");

        Assert.Equal(ModelOrigin.Added, model.Origin);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("weights"u8)), model.WeightsHash);
        Assert.Equal(model.Id, Row("copied").Id);
        Assert.Equal(ModelOrigin.Shipped, Row("shipped").Origin);
    }

    [Fact]
    public void Folder_IsWrittenDownOnce_WhenManyFindItAtOnce()
    {
        AddModel("models", "copied");
        using var other = TempData.ServicesIn(_data.Folder);
        ModelRegistry[] finders = [_registry, (ModelRegistry)other.GetService(typeof(ModelRegistry))!];

        var ids = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8)
            .Select(i => finders[i % 2].Read().Single(model => model.Row.Name == "copied").Row.Id).ToHashSet();

        Assert.Single(ids);
    }

    [Fact]
    public void Row_IsNamedAsDamaged_WhenItsFolderIsGone_AndCanBeDeleted()
    {
        AddModel("models", "lost");
        AddModel("models", "cut");
        _registry.Read();
        Directory.Delete(Path.Combine(_data.Folder, "models", "lost"), recursive: true);
        File.Delete(Path.Combine(_data.Folder, "models", "cut", "vocab.txt"));

        var damage = _registry.Read().Where(model => model.Damage is not null).ToDictionary(model => model.Row.Name, model => model.Damage!);
        _models.Delete("lost");
        _models.Delete("cut");

        Assert.Contains("is gone. Put it back", damage["lost"], StringComparison.Ordinal);
        Assert.Contains("lacks vocab.txt.", damage["cut"], StringComparison.Ordinal);
        Assert.Equal(["shipped"], _registry.Read().Select(model => model.Row.Name));
        Assert.False(Directory.Exists(Path.Combine(_data.Folder, "models", "cut")));
    }

    [Fact]
    public void Folder_ThatComesBack_HasItsRowAgain()
    {
        AddModel("models", "moved");
        var before = Row("moved").Id;
        Directory.Move(Path.Combine(_data.Folder, "models", "moved"), Path.Combine(_data.Folder, "aside"));
        _registry.Read();
        Directory.Move(Path.Combine(_data.Folder, "aside"), Path.Combine(_data.Folder, "models", "moved"));

        var after = Assert.Single(_registry.Read(), model => model.Row.Name == "moved");

        Assert.Equal((before, null), (after.Row.Id, after.Damage));
    }

    [Fact]
    public void OtherWeightsUnderTheName_AreAnotherModel_AndWhatWasMeasuredStaysWithTheFormer()
    {
        AddModel("models", "again", "first weights");
        var first = Row("again");
        _data.Get<EvaluationStore>().Record(_models.Get("again"), Evaluation(), new Dictionary<string, double> { ["em"] = 40 });
        AddModel("models", "again", "second weights");

        var second = Row("again");

        Assert.NotEqual(first.Id, second.Id);
        Assert.Single(_data.Get<EvaluationStore>().Of(first));
        Assert.Empty(_data.Get<EvaluationStore>().Of(second));
    }

    [Fact]
    public void Lineage_IsKept_AndStaysWithAModelThatWasFoundBefore()
    {
        AddModel("models", "base");
        AddModel("models", "child", "other weights");
        var found = Row("child");

        _registry.Record("child", new ModelLineage(
            ModelOrigin.Trained, "base", "handbook", Guid.Empty, new ModelSettings(Steps: 40, Questions: ["exam"]), RunKind.FineTune));
        var child = Row("child");

        Assert.Equal((found.Id, "base", Row("base").Id, "handbook"), (child.Id, child.Base, child.BaseId!.Value, child.Corpus));
        Assert.Equal((40, "exam"), (ModelRegistry.SettingsOf(child).Steps, ModelRegistry.SettingsOf(child).Questions!.Single()));
    }

    [Fact]
    public void Evaluation_OfARunThatIsDoneAgain_IsThereOnce_WithFiguresThatAreNoNumbers()
    {
        AddModel("models", "measured");
        var (run, evaluations) = (Guid.NewGuid(), _data.Get<EvaluationStore>());

        evaluations.Record(_models.Get("measured"), Evaluation(run), new Dictionary<string, double> { ["em"] = 1 });
        evaluations.Record(_models.Get("measured"), Evaluation(run), new Dictionary<string, double> { ["em"] = 2, ["recall@5"] = double.NaN });
        evaluations.Record(_models.Get("measured"), Evaluation(), new Dictionary<string, double> { ["em"] = 3 });

        Assert.Equal([3, 2], evaluations.Of(Row("measured")).Select(evaluation => EvaluationStore.FiguresOf(evaluation)["em"]));
        Assert.Equal(double.NaN, EvaluationStore.FiguresOf(evaluations.Of(Row("measured"))[1])["recall@5"]);
        Assert.Equal(3, EvaluationStore.FiguresOf(evaluations.Newest()[Row("measured").Id])["em"]);
    }

    [Fact]
    public void Promotions_OfSeveralProcessesAtOnce_MakeOneChain()
    {
        AddModel("models", "one");
        AddModel("models", "two");
        using var other = TempData.ServicesIn(_data.Folder);
        ModelLibrary[] promoters = [_models, (ModelLibrary)other.GetService(typeof(ModelLibrary))!];

        Parallel.For(0, 20, i => promoters[i % 2].Promote(i % 3 == 0 ? "one" : "two", "ann", $"try {i}"));

        var promotions = _models.Promotions();
        Assert.Equal(20, promotions.Count);
        Assert.Equal(promotions.Select(promotion => promotion.Model).Take(19), promotions.Skip(1).Select(promotion => promotion.Previous));
    }

    private static EvaluationRow Evaluation(Guid? run = null) =>
        new() { QuestionSet = "exam", Corpus = "handbook", Retriever = "Hybrid", At = TimeProvider.System.GetUtcNow(), RunId = run };

    private ModelRow Row(string name) => _registry.Read().Single(model => model.Row.Name == name).Row;

    private void AddModel(string parent, string name, string weights = "weights of a model")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data.Folder, parent, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), weights);
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), "");
    }
}
