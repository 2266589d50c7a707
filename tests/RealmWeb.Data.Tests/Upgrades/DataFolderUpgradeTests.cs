using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Access;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Data.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Upgrades;

public sealed class DataFolderUpgradeTests : IDisposable
{
    private readonly string _folder = FormerFolder.Make();

    public DataFolderUpgradeTests()
    {
        FormerFolder.AddModel(_folder, model => AddFiles(model));
        AddFiles(Path.Combine(_folder, "program", "realm-small"));
    }

    private string Pointer => Path.Combine(_folder, "models", "production.json");

    private string Ledger => Path.Combine(_folder, "models", "promotions.jsonl");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Models_ComeWithTheRunThatMadeThem_AndWhatWasMeasured()
    {
        using var services = Open();

        var model = Assert.Single(services.GetRequiredService<ModelRegistry>().Read(), model => model.Row.Name == FormerFolder.Model).Row;
        var measured = Assert.Single(services.GetRequiredService<EvaluationStore>().Of(model));

        Assert.Equal((ModelOrigin.Trained, RunKind.FineTune, "realm-small", "encyclopedia", FormerFolder.Training),
            (model.Origin, model.Training!.Value, model.Base, model.Corpus, model.RunId!.Value));
        Assert.NotNull(model.BaseId);
        Assert.Equal(2, ModelRegistry.SettingsOf(model).Steps);
        Assert.Equal(["lessons"], ModelRegistry.SettingsOf(model).Questions!);
        Assert.Equal((FormerFolder.Evaluation, "exam", "encyclopedia", 40), (measured.RunId!.Value, measured.QuestionSet, measured.Corpus, measured.Questions));
        Assert.Equal(56.78, EvaluationStore.FiguresOf(measured)["f1"], 0.01);
    }

    [Fact]
    public void Promotions_MoveIntoTheDatabase_AndTheFilesAreKept()
    {
        using var services = Open();

        var library = services.GetRequiredService<ModelLibrary>();

        var promotion = Assert.Single(library.Promotions());
        Assert.Equal((FormerFolder.Model, "realm-small", "ada", "fits the lessons"), (promotion.Model, promotion.Previous, promotion.By, promotion.Reason));
        Assert.Equal(FormerFolder.Model, library.Production()!.Name);
        Assert.Equal(["production.json.migrated", "promotions.jsonl.migrated"], Files());
    }

    [Fact]
    public async Task Questions_KeepTheirWords_AndGetIds()
    {
        using var services = Open();

        var questions = await services.GetRequiredService<QuestionStore>().ListAsync(CorpusScope.All, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["Who built the crane of the north pier?", "When does the harbour of Lower Quay open?"], questions.Select(question => question.Question));
        Assert.All(questions,
            question => Assert.Equal(("ada", "tuned", true, 0), (question.AskedBy, question.Model, question.NoAnswer, question.Candidates.Count)));
        Assert.Equal(2, questions.Select(question => question.Id).Distinct().Count());
        Assert.NotNull(await services.GetRequiredService<QuestionStore>().FindAsync(questions[0].Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Upgrade_IsDoneOnce()
    {
        var first = Counts();
        var second = Counts();

        Assert.Equal(first, second);
        Assert.Equal((2, 2, 1), first);
    }

    [Fact]
    public void Upgrade_DoublesNothing_WhenItWasKilledBeforeTheFilesWereSetAside()
    {
        var (pointer, ledger) = (File.ReadAllText(Pointer), File.ReadAllText(Ledger));
        var first = Counts();
        File.WriteAllText(Pointer, pointer);
        File.WriteAllText(Ledger, ledger);

        var second = Counts();

        Assert.Equal(first, second);
        Assert.Equal(["production.json.migrated", "production.json.migrated-2", "promotions.jsonl.migrated", "promotions.jsonl.migrated-2"], Files());
    }

    [Theory]
    [InlineData("""{"model":"other","promotedAt":"2026-11-""")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    public void Ledger_LosesOnlyTheLineThatCannotBeRead(string cut)
    {
        File.AppendAllText(Ledger, cut);
        using var services = Open();

        Assert.Equal([FormerFolder.Model], services.GetRequiredService<ModelLibrary>().Promotions().Select(promotion => promotion.Model));
        Assert.EndsWith(cut, File.ReadAllText(Ledger + ".migrated"), StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedPointer_LetsTheLastLineOfTheLedgerAnswer()
    {
        File.WriteAllText(Pointer, "{\"model\":\"tu");
        using var services = Open();

        Assert.Equal(FormerFolder.Model, services.GetRequiredService<ModelLibrary>().Production()!.Name);
    }

    [Fact]
    public void MissingPointer_LeavesTheShippedModelAnswering_AsBefore()
    {
        File.Delete(Pointer);
        using var services = Open();

        var library = services.GetRequiredService<ModelLibrary>();

        Assert.Equal("realm-small", library.Production()!.Name);
        Assert.Equal([FormerFolder.Model, "realm-small"], library.Promotions().Select(promotion => promotion.Model));
    }

    [Fact]
    public void LineWithoutEffect_StaysWithoutEffect()
    {
        File.AppendAllText(Ledger, """{"model":"other","promotedAt":"2026-11-28T08:00:00+00:00","by":"ada","reason":"killed in between","previous":"tuned"}"""
            + "\n");
        using var services = Open();

        var library = services.GetRequiredService<ModelLibrary>();

        Assert.Equal(FormerFolder.Model, library.CurrentPromotion()!.Model);
        Assert.Equal(["other", FormerFolder.Model], library.Promotions().Select(promotion => promotion.Model));
    }

    private static void AddFiles(string model)
    {
        Directory.CreateDirectory(model);
        foreach (var file in new[] { "config.json", "model.safetensors", "vocab.txt" })
            File.WriteAllText(Path.Combine(model, file), $"{file} of {Path.GetFileName(model)}");
    }

    private ServiceProvider Open() => TempData.ServicesIn(_folder, services => TempData.UseShipped(services, Path.Combine(_folder, "program")));

    private (int Models, int Evaluations, int Promotions) Counts()
    {
        using var services = Open();
        using var db = services.GetRequiredService<IDbContextFactory<RealmDbContext>>().CreateDbContext();
        return (db.Models.Count(), db.Evaluations.Count(), db.Promotions.Count());
    }

    private IEnumerable<string> Files() =>
        Directory.GetFiles(Path.Combine(_folder, "models")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
