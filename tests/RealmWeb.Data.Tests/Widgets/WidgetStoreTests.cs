using RealmWeb.Data.Widgets;
using RealmWeb.TestKit;

namespace RealmWeb.Data.Tests.Widgets;

public sealed class WidgetStoreTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 3, 29);

    private readonly TempData _data = new();

    private WidgetStore Widgets => _data.Get<WidgetStore>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Questions_AreCountedUpToTheDaysNumber_AndBeginAnewOnTheNext()
    {
        var widget = Make("docs");
        await Widgets.AddAsync(widget, Stop);

        var today = new List<bool>();
        for (var i = 0; i < 4; i++)
            today.Add(await Widgets.TryCountAsync(widget, Today, Stop));
        var tomorrow = await Widgets.TryCountAsync(widget, Today.AddDays(1), Stop);

        Assert.Equal([true, true, true, false], today);
        Assert.True(tomorrow);
        Assert.Equal(3, Assert.Single(await Widgets.ListAsync(Today, Stop)).Asks);
    }

    [Fact]
    public async Task Questions_AreNotCountedTwice_WhenManyAreFirstAtOnce()
    {
        var widget = Make("docs");
        await Widgets.AddAsync(widget, Stop);

        var passed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Widgets.TryCountAsync(widget, Today, Stop))));

        Assert.Equal(3, passed.Count(one => one));
    }

    [Fact]
    public async Task Widget_IsChangedAndDeletedWithItsCounts()
    {
        var widget = Make("docs");
        await Widgets.AddAsync(widget, Stop);
        await Widgets.TryCountAsync(widget, Today, Stop);

        await Widgets.ChangeAsync(widget.Id, changed => changed.Origins = ["https://wiki.example", "https://intranet.example"], Stop);
        var kept = (await Widgets.FindAsync(widget.Id, Stop))!;
        var deleted = await Widgets.DeleteAsync(widget.Id, Stop);

        Assert.Equal(["https://wiki.example", "https://intranet.example"], kept.Origins);
        Assert.Equal(["handbook"], kept.Corpora);
        Assert.True(deleted);
        Assert.Null(await Widgets.ChangeAsync(widget.Id, _ => { }, Stop));
        Assert.False(await Widgets.DeleteAsync(widget.Id, Stop));
    }

    private static Widget Make(string name) =>
        new() { Id = $"w-{name}", Name = name, Corpora = ["handbook"], AsksPerMinute = 10, AsksPerDay = 3, MadeAt = TimeProvider.System.GetUtcNow() };
}
