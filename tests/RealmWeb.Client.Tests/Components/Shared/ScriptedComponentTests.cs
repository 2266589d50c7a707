using Microsoft.JSInterop;
using RealmWeb.Client.Components.Shared;

namespace RealmWeb.Client.Tests.Components.Shared;

public sealed class ScriptedComponentTests : ComponentTests
{
    private const string OfGoneElements = "Cannot read properties of null (reading 'append')";

    [Fact]
    public async Task Component_LeavesNothingAndNoError_WhenItGoesWhileItsScriptIsOnTheWay()
    {
        var component = Browser.Render<Scripted>();
        var scripted = component.Instance;
        await Browser.DisposeComponentsAsync();
        var stopped = scripted.Stopped;

        scripted.Script.SetException(new JSException(OfGoneElements));
        await scripted.Ended.Task.WaitAsync(Patience, Xunit.TestContext.Current.CancellationToken);

        Assert.Equal((1, 2), (stopped, scripted.Stopped));
        Assert.False(Browser.Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public async Task Error_IsHeardOf_WhenTheComponentIsThere()
    {
        var component = Browser.Render<Scripted>();

        component.Instance.Script.SetException(new JSException(OfGoneElements));

        var unhandled = await Browser.Renderer.UnhandledException.WaitAsync(Patience, Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(OfGoneElements, unhandled.Message);
    }

    [Fact]
    public async Task Reference_HoldsUntilTheScriptsHaveStopped()
    {
        var scripted = Browser.Render<Scripted>().Instance;

        await Browser.DisposeComponentsAsync();

        Assert.True(scripted.HeardAsItStopped);
        Assert.Throws<ObjectDisposedException>(() => scripted.Reference.Value);
    }

    private sealed class Scripted : ScriptedComponent
    {
        public Scripted() => Reference = ReferenceTo(this);

        public DotNetObjectReference<Scripted> Reference { get; }

        /// <summary>A script could call the component while it was being stopped.</summary>
        public bool HeardAsItStopped { get; private set; }

        public TaskCompletionSource Script { get; } = new();

        /// <summary>The script came after the component had gone, and was stopped.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Stopped { get; private set; }

        protected override Task RenderedAsync(bool firstRender) => firstRender ? Script.Task : Task.CompletedTask;

        protected override Task StopScriptsAsync()
        {
            if (++Stopped == 1) HeardAsItStopped = Reference.Value == this;
            if (Stopped == 2) Ended.SetResult();
            return Task.CompletedTask;
        }
    }
}
