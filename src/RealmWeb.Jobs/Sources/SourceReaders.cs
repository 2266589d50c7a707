using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Jobs.Sources;

/// <summary>The readers by the kind that they read.</summary>
internal sealed class SourceReaders(IEnumerable<ISourceReader> readers)
{
    private readonly Dictionary<SourceKind, ISourceReader> _readers = readers.ToDictionary(reader => reader.Kind);

    /// <exception cref="ArgumentException">Nothing reads that kind.</exception>
    public ISourceReader Of(SourceKind kind) => _readers.TryGetValue(kind, out var reader) ? reader
        : throw new ArgumentException($"There is no kind of source {kind}. Use one of {string.Join(", ", _readers.Keys)}.", nameof(kind));

    public static void Register(IServiceCollection services)
    {
        foreach (var reader in typeof(ISourceReader).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ISourceReader))))
            services.AddSingleton(typeof(ISourceReader), reader);
        services.AddSingleton(provider => provider.GetServices<ISourceReader>().OfType<FolderSource>().Single());
        services.AddSingleton<SourceReaders>();
    }
}
