using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace RealmWeb.Client.Components.Shared;

/// <summary>A component that a script of the page works for. Scripts come when they have been loaded, and whoever has left by then sees no error for it: the
/// element is gone, and so is the component that the script was to call.</summary>
public abstract class ScriptedComponent : ComponentBase, IAsyncDisposable
{
    private IDisposable? _reference;
    private bool _gone;

    protected sealed override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            await RenderedAsync(firstRender);
        }
        catch (Exception late) when (_gone && late is JSException or ObjectDisposedException)
        {
            // It was left meanwhile.
        }

        if (_gone) await EndAsync();
    }

    /// <summary>What scripts call the component by. It ends after the scripts have: what they tell until then is heard.</summary>
    protected DotNetObjectReference<T> ReferenceTo<T>(T component)
        where T : ScriptedComponent
    {
        var reference = DotNetObjectReference.Create(component);
        _reference = reference;
        return reference;
    }

    /// <summary>What <see cref="ComponentBase.OnAfterRenderAsync"/> is elsewhere.</summary>
    protected abstract Task RenderedAsync(bool firstRender);

    /// <summary>Ends what scripts do for the component: as it goes, and once more where a script came later than that.</summary>
    protected abstract Task StopScriptsAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _gone = true;
        await EndAsync();
    }

    private async Task EndAsync()
    {
        await StopScriptsAsync();
        _reference?.Dispose();
    }
}
