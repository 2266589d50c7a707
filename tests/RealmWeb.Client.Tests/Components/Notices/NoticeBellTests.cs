using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Notices;
using RealmWeb.Client.State;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Notices;

namespace RealmWeb.Client.Tests.Components.Notices;

public sealed class NoticeBellTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudPopoverProvider> _popover = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Notices = new(2, [new("Fine-tuning of tuned failed", "The disk is full.", NoticeLevel.Failed, "runs/1", DateTimeOffset.UnixEpoch, true)]);
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _popover = _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Bell_CountsWhatIsUnread_UntilItIsOpened()
    {
        var bell = _browser.Render<NoticeBell>();
        await bell.InvokeAsync(() => _browser.Services.GetRequiredService<AccountState>().LoadAsync());
        bell.WaitForAssertion(() => Assert.Equal("2", bell.Find(".notice-count").TextContent), Patience);
        var before = bell.Find("button").GetAttribute("aria-label");

        await bell.InvokeAsync(() => bell.Find("button").Click());

        _popover.WaitForAssertion(() => Assert.Contains("Fine-tuning of tuned failed", _popover.Markup, StringComparison.Ordinal), Patience);
        bell.WaitForAssertion(() => Assert.Empty(bell.FindAll(".notice-count")), Patience);
        Assert.Equal("Notices, 2 unread", before);
        Assert.Equal(0, _site.Notices.Unread);
    }

    [Fact]
    public async Task Bell_ShowsTwoSchedules_ThatMissedTheSameTime()
    {
        _site.Notices = new(2, [.. new[] { "nightly", "weekly" }.Select(name =>
            new Notice($"Schedule {name} missed its time", "", NoticeLevel.Warning, "schedules", DateTimeOffset.UnixEpoch, true))]);
        var bell = _browser.Render<NoticeBell>();
        await bell.InvokeAsync(() => _browser.Services.GetRequiredService<AccountState>().LoadAsync());
        bell.WaitForAssertion(() => Assert.Equal("2", bell.Find(".notice-count").TextContent), Patience);

        await bell.InvokeAsync(() => bell.Find("button").Click());

        _popover.WaitForAssertion(() => Assert.Contains("weekly", _popover.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Bell_CountsANotice_WhenItIsToldOfIt()
    {
        var bell = _browser.Render<NoticeBell>();
        await bell.InvokeAsync(() => _browser.Services.GetRequiredService<AccountState>().LoadAsync());
        bell.WaitForAssertion(() => Assert.Equal("2", bell.Find(".notice-count").TextContent), Patience);

        _site.Notices = _site.Notices with { Unread = 3 };
        await _site.HappenAsync(EventTopics.Notices, EventTypes.NoticesChanged, new ThingChanged("run"));

        bell.WaitForAssertion(() => Assert.Equal("3", bell.Find(".notice-count").TextContent), Patience);
    }

    [Fact]
    public async Task Bell_IsThere_ForAnAdministratorOfTheApplicationAround()
    {
        _site.Me = _site.Me with { HostAccounts = true };
        var bell = _browser.Render<NoticeBell>();

        await bell.InvokeAsync(() => _browser.Services.GetRequiredService<AccountState>().LoadAsync());

        bell.WaitForAssertion(() => Assert.Equal("2", bell.Find(".notice-count").TextContent), Patience);
    }

    [Fact]
    public async Task Bell_IsNotThere_ForWhoMayNotSeeRuns()
    {
        _site.Me = new("bob", [Roles.Asker], false, true);
        var bell = _browser.Render<NoticeBell>();

        await bell.InvokeAsync(() => _browser.Services.GetRequiredService<AccountState>().LoadAsync());

        Assert.Empty(bell.FindAll("button"));
    }
}
