using Microsoft.AspNetCore.Components;

namespace RealmWeb.Client.State;

/// <summary>Tells the subscribers of a state container that it changed.</summary>
public sealed class ChangeSignal
{
    private readonly HashSet<Subscription> _subscriptions = [];

    public IDisposable Subscribe(EventCallback callback)
    {
        var subscription = new Subscription(this, callback);
        _subscriptions.Add(subscription);
        return subscription;
    }

    public async Task RaiseAsync()
    {
        // A subscriber may leave while it is told: walk a copy.
        foreach (var subscription in _subscriptions.ToArray())
            await subscription.Callback.InvokeAsync();
    }

    private sealed class Subscription(ChangeSignal owner, EventCallback callback) : IDisposable
    {
        public EventCallback Callback => callback;

        public void Dispose() => owner._subscriptions.Remove(this);
    }
}
