using RealmWeb.Data.Models;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Models;

public sealed class ModelLibraryTests : IDisposable
{
    private readonly TempData _data = new(shippedModels: "program");
    private readonly ModelLibrary _models;

    public ModelLibraryTests()
    {
        var paths = _data.Get<RealmPaths>();
        _models = _data.Get<ModelLibrary>();
        AddModel(paths.EmbeddedModels, "shipped");
        AddModel(paths.Models, "first");
        AddModel(paths.Models, "second");
        Directory.CreateDirectory(Path.Combine(paths.Models, "half-written"));
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Production_IsTheShippedModel_UntilOneIsPromoted()
    {
        Assert.Equal(["first", "second", "shipped"], _models.List().Select(model => model.Name));
        Assert.Equal("shipped", _models.Production()!.Name);

        _models.Promote("first", "ann", "better on dev");

        Assert.Equal("first", _models.Production()!.Name);
        Assert.Equal("shipped", _models.CurrentPromotion()!.Previous);
    }

    [Fact]
    public void Rollback_GoesToTheModelBefore_AndIsWrittenDown()
    {
        _models.Promote("first", "ann", "better");
        _models.Promote("second", "ann", "better still");

        _models.Rollback("bob", "worse on Mondays");

        Assert.Equal("first", _models.Production()!.Name);
        Assert.Equal(["first", "second", "first"], _models.Promotions().Select(promotion => promotion.Model));
    }

    [Fact]
    public void Rollback_Refuses_WhenThereWasNoOther() =>
        Assert.Throws<InvalidOperationException>(() => _models.Rollback("ann", ""));

    [Fact]
    public void Delete_Refuses_WhenTheModelAnswersOrIsShipped()
    {
        _models.Promote("first", "ann", "better");

        Assert.Throws<InvalidOperationException>(() => _models.Delete("first"));
        Assert.Throws<InvalidOperationException>(() => _models.Delete("shipped"));
        Assert.Throws<ModelNotFoundException>(() => _models.Delete("half-written"));
        _models.Delete("second");
        Assert.Null(_models.Find("second"));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("shipped")]
    [InlineData("half-written")]
    [InlineData("../evil")]
    [InlineData("")]
    public void FolderForNew_Refuses_WhenTheNameIsTakenOrNone(string name) =>
        Assert.Throws<ArgumentException>(() => _models.FolderForNew(name));

    private static void AddModel(string folder, string name)
    {
        var model = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach (var file in new[] { "config.json", "model.safetensors", "vocab.txt" })
            File.WriteAllText(Path.Combine(model, file), "");
    }
}
