using Bunit;
using RealmWeb.Client.Components.Accounts;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Components.Accounts;

public sealed class OwnQuestionListTests
{
    [Fact]
    public async Task Question_LeadsBackToItsAnswer()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.OwnQuestions.Add(new OwnQuestion(Guid.NewGuid(), "handbook", "Who may go & when?", "everybody", DateTimeOffset.UnixEpoch));
        await using var browser = new BunitContext();
        browser.Services.AddRealmWebClient(site.Address);
        browser.JSInterop.Mode = JSRuntimeMode.Loose;

        var list = browser.Render<OwnQuestionList>();
        list.WaitForElement("td a", Patience);

        Assert.Equal("c/handbook?q=Who%20may%20go%20%26%20when%3F", list.Find("td a").GetAttribute("href"));
    }
}
