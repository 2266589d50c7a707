using RealmWeb.Contracts.Chains;

namespace RealmWeb.Jobs.Chains;

/// <summary>Is told of every change of a chain.</summary>
public interface IChainPublisher
{
    Task ChainChangedAsync(ChainView chain, CancellationToken cancellationToken);
}

/// <summary>Where nobody watches.</summary>
internal sealed class SilentChainPublisher : IChainPublisher
{
    public Task ChainChangedAsync(ChainView chain, CancellationToken cancellationToken) => Task.CompletedTask;
}
