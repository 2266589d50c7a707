using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Events;
using RealmWeb.Jobs.Chains;
using RealmWeb.Server.Events;

namespace RealmWeb.Server.Chains;

/// <summary>Tells the browsers that follow a chain, or what it changes, what changed.</summary>
internal sealed class SignalRChainPublisher(EventStream events) : IChainPublisher
{
    public Task ChainChangedAsync(ChainView chain, CancellationToken cancellationToken)
    {
        events.Publish(EventTopics.Chain(chain.Id), EventTypes.ChainChanged, $"{chain.Id:N}", chain);
        events.Changed(EventTopics.Models, EventTypes.ModelChanged, chain.Candidate);
        if (chain.State != ChainState.Running)
        {
            events.Changed(EventTopics.Schedules, EventTypes.ScheduleChanged, $"{chain.Id}");
            events.Changed(EventTopics.Notices, EventTypes.NoticesChanged, $"{chain.Id}");
        }
        return Task.CompletedTask;
    }
}
