using System.Threading.Channels;
using Microsoft.AspNetCore.Components;

namespace RealmWeb.Client.Tests.State;

/// <summary>Waits for what a state container says after a change.</summary>
internal sealed class Changes
{
    private readonly Channel<int> _changed = Channel.CreateUnbounded<int>();

    public Changes(Func<EventCallback, IDisposable> subscribe) => subscribe(EventCallback.Factory.Create(this, () => { _changed.Writer.TryWrite(0); }));

    /// <summary>Returns once the condition holds after a change, or holds already.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        tooLong.CancelAfter(Patience);
        while (!HoldsNow(holds))
            await _changed.Reader.ReadAsync(tooLong.Token);
    }

    // In a browser there is one thread. Here the hub's changes come on another and may be under way; another word of change follows then.
    private static bool HoldsNow(Func<bool> holds)
    {
        try
        {
            return holds();
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
