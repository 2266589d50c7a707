using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>The work of each kind of run.</summary>
internal sealed class RunWorks(IEnumerable<IRunWork> works)
{
    private readonly Dictionary<RunKind, IRunWork> _works = works.ToDictionary(work => work.Kind);

    /// <exception cref="RunFailedException">No class does this kind.</exception>
    public IRunWork Of(RunKind kind) => _works.GetValueOrDefault(kind)
        ?? throw new RunFailedException($"This program does not know how to do {RunKinds.Of(kind).NameInSentence}. Start it with a program that does.");

    /// <summary>Registers every class of this assembly that does a kind of run.</summary>
    public static void Register(IServiceCollection services)
    {
        services.TryAddSingleton<RunWorks>();
        foreach (var work in typeof(IRunWork).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IRunWork))))
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IRunWork), work));
    }
}
