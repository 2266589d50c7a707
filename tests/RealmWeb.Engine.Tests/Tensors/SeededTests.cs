namespace RealmWeb.Engine.Tests.Tensors;

/// <summary>Tests that count on torch's random state: there is one in a process, so nothing else may draw from it meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SeededTests
{
    public const string Name = "Seeded";
}
