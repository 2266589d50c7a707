using System.Reflection;
using RealmWeb.ApiClient;
using RealmWeb.Client;
using RealmWeb.Contracts;
using RealmWeb.Data;
using RealmWeb.Engine.Corpora;
using RealmWeb.Files;
using RealmWeb.Jobs;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Tests.Architecture;

/// <summary>Which part may use which. The compiler writes only those assemblies into a reference list whose types are used.</summary>
public sealed class ArrowTests
{
    public static TheoryData<Type, string[]> Parts => new()
    {
        { typeof(ApiRoutes), [] },
        { typeof(DurableFile), [] },
        { typeof(Block), ["RealmWeb.Files"] },
        { typeof(RealmDbContext), ["RealmWeb.Contracts", "RealmWeb.Files"] },
        { typeof(RealmJobsOptions), ["RealmWeb.Contracts", "RealmWeb.Data", "RealmWeb.Engine", "RealmWeb.Files"] },
        { typeof(ClientServices), ["RealmWeb.Contracts"] },
        { typeof(RealmApiClient), ["RealmWeb.Contracts"] },
        { typeof(RealmWebHost), ["RealmWeb.Client", "RealmWeb.Contracts", "RealmWeb.Data", "RealmWeb.Engine", "RealmWeb.Files", "RealmWeb.Jobs"] },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void Part_UsesOnlyPartsBelowIt(Type anyTypeOfPart, string[] allowed)
    {
        var used = Ours(anyTypeOfPart.Assembly.GetReferencedAssemblies());

        Assert.Empty(used.Except(allowed));
    }

    [Fact]
    public void Command_UsesOnlyEngineDataAndJobs()
    {
        var command = Assembly.Load("realm");

        var used = Ours(command.GetReferencedAssemblies());

        Assert.Empty(used.Except(["RealmWeb.Contracts", "RealmWeb.Data", "RealmWeb.Engine", "RealmWeb.Files", "RealmWeb.Jobs"]));
    }

    [Fact]
    public void Contracts_ReferenceNothingButTheFramework()
    {
        var references = typeof(ApiRoutes).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_ReferenceNothingButTheFramework()
    {
        var references = typeof(DurableFile).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Client_ReachesNoTensors()
    {
        var reached = Closure(typeof(ClientServices).Assembly);

        Assert.DoesNotContain("TorchSharp", reached);
        Assert.DoesNotContain("Microsoft.EntityFrameworkCore", reached);
    }

    private static HashSet<string> Closure(Assembly root)
    {
        var reached = new HashSet<string>();
        var open = new Stack<Assembly>([root]);
        while (open.TryPop(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                var isOurs = reference.Name!.StartsWith("RealmWeb.", StringComparison.Ordinal);
                if (reached.Add(reference.Name) && isOurs)
                    open.Push(Assembly.Load(reference));
            }
        }
        return reached;
    }

    // The program's assembly is called realm; the server must not use a type of it.
    private static IEnumerable<string> Ours(AssemblyName[] references) =>
        references.Select(reference => reference.Name!).Where(name => name == "realm" || name.StartsWith("RealmWeb.", StringComparison.Ordinal));
}
