using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Corpora;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Access;

/// <summary>A corpus for chosen people, with words that stand nowhere else. Terms answer from it.</summary>
internal sealed class Vault
{
    public const string Question = "Who opened the observatory?";

    /// <summary>Of the page of its document, in points; no other document has such pages.</summary>
    public const float PageWidth = 487.5f;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Vault(AskableSite askable, string name) => (_askable, Name) = (askable, name);

    private readonly AskableSite _askable;

    public string Name { get; }

    /// <summary>Stands in its only document and in the title of that.</summary>
    public string Word => Name.Replace("vault-", "zanzibarium", StringComparison.Ordinal);

    public string Title => Name.Replace("vault-", "Quibblewort ", StringComparison.Ordinal);

    public static async Task<Vault> MakeAsync(AskableSite askable, params CorpusGrant[] grants)
    {
        var vault = new Vault(askable, $"vault-{Guid.NewGuid():N}");
        using var admin = await askable.Site.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest(vault.Name, vault.Title), Stop)).EnsureSuccessStatusCode();
        var corpus = askable.Site.Services.GetRequiredService<CorpusLibrary>().Open(vault.Name);
        vault.Import(corpus, $"Ottoline Marsh planned the {vault.Word}.");
        vault.Import(corpus, $"The {vault.Word}\n\nOttoline Marsh opened the observatory, which is called the {vault.Word}, in 1911.");
        await vault.GrantAsync(grants);
        return vault;
    }

    // As a PDF file of one page comes.
    private void Import(CorpusStore corpus, string text)
    {
        var page = new PageLayout(PageWidth, 700, [new PlacedWord(0, 3, 50, 50, 70, 60)]);
        var session = corpus.BeginImport(Word);
        session.Upsert(
            $"{Word}.pdf", $"The {Word}", text, () => CorpusSamples.Lines($"The {Word}", text), $"upload:/{Word}.pdf", [0], () => [page.Encode()]);
        session.Flush("end");
        session.Complete();
    }

    /// <summary>Says who is chosen, in place of those before.</summary>
    public async Task GrantAsync(params CorpusGrant[] grants) => await SetAsync(true, grants);

    public async Task SetAsync(bool restricted, params CorpusGrant[] grants)
    {
        using var admin = await _askable.Site.AdminAsync();
        using var set = await admin.PutAsJsonAsync(ApiRoutes.CorpusAccess(Name), new SetCorpusAccessRequest(restricted, grants), Stop);
        await Reply.ValueAsync<CorpusAccessView>(set);
    }

    /// <summary>A new account: its name and the cookies of a browser in which it is signed in.</summary>
    public static async Task<(string Name, CookieContainer Cookies)> AccountAsync(AskableSite askable, params string[] roles)
    {
        var cookies = await askable.Site.CookiesOfNewAsync(roles);
        using var client = askable.Site.Client(cookies);
        return ((await Reply.GetAsync<Me>(client, ApiRoutes.Me)).Name, cookies);
    }

    public static CorpusGrant User(string name, CorpusRole role) => new(GrantKind.User, name, role);
}
