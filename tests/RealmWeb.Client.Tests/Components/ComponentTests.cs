using Bunit;

namespace RealmWeb.Client.Tests.Components;

/// <summary>Components that ask the site nothing, with the client's own services.</summary>
public abstract class ComponentTests : IAsyncLifetime
{
    /// <summary>Where they are rendered.</summary>
    protected BunitContext Browser { get; } = new();

    public ValueTask InitializeAsync()
    {
        Browser.Services.AddRealmWebClient(new Uri("http://localhost/"));
        Browser.JSInterop.Mode = JSRuntimeMode.Loose;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Browser.DisposeAsync();
    }
}
