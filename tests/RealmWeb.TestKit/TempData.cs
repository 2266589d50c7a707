using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RealmWeb.Data;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.QuestionSets;

namespace RealmWeb.TestKit;

/// <summary>A data folder of its own with the real stores; gone when disposed.</summary>
public sealed class TempData : IDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="more">Further services; null for the stores alone.</param>
    /// <param name="shippedModels">Folder inside this one that stands for the models beside the program; null for those that are there.</param>
    public TempData(Action<IServiceCollection>? more = null, string? shippedModels = null)
    {
        Folder = Directory.CreateTempSubdirectory("realm-test-").FullName;
        _services = ServicesIn(Folder, services =>
        {
            if (shippedModels is not null)
                UseShipped(services, Path.Combine(Folder, shippedModels));
            more?.Invoke(services);
        });
    }

    public string Folder { get; }

    public CorpusLibrary Corpora => Get<CorpusLibrary>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A question set of one line.</summary>
    public void AddQuestions(string name, string line, int readable = 1)
    {
        var file = Path.Combine(Folder, $"{name}.jsonl");
        File.WriteAllText(file, line);
        Get<QuestionSetLibrary>().Add(
            new QuestionSet(name, "questions.jsonl", $"{name}.jsonl", line.Length, 1, 1, readable, [], 0, "ann", TimeProvider.System.GetUtcNow()), file);
    }

    public static void UseShipped(IServiceCollection services, string models) =>
        services.AddSingleton(
            provider => RealmPaths.In(provider.GetRequiredService<IOptions<RealmDataOptions>>().Value.Directory) with { EmbeddedModels = models });

    public static ServiceProvider ServicesIn(string folder, Action<IServiceCollection>? more = null)
    {
        var collection = new ServiceCollection().AddLogging().AddRealmData(options => options.Directory = folder);
        more?.Invoke(collection);
        var services = collection.BuildServiceProvider();
        services.UseRealmData();
        return services;
    }

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
