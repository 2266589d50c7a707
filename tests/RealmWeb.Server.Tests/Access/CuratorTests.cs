using System.Net;
using System.Net.Http.Json;
using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.Server.Tests.Hubs;

namespace RealmWeb.Server.Tests.Access;

/// <summary>Whoever curates a corpus looks after its documents, its index and its gate; which model answers is for administrators.</summary>
[Collection(AskingTests.Name)]
public sealed class CuratorTests(AskableSite askable)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Curator_WritesTheGate_AndCannotPromote()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        using var curator = askable.Site.Client(cookies);
        GateRule[] rules = [new(GateRule.HeldOutLabels, "em", 50, 2)];

        using var saved = await curator.PutAsJsonAsync(ApiRoutes.Gate(vault.Name), rules, Stop);
        var kept = await Reply.GetAsync<List<GateRule>>(curator, ApiRoutes.Gate(vault.Name));
        await Reply.GetAsync<ChainLabels>(curator, ApiRoutes.Lessons(vault.Name));
        await Reply.GetAsync<List<QuestionSetSummary>>(curator, ApiRoutes.QuestionSets);
        using var elsewhere = await curator.PutAsJsonAsync(ApiRoutes.Gate(AskableSite.Corpus), rules, Stop);
        using var chain = await curator.PostAsJsonAsync(ApiRoutes.Chains, new StartChainRequest(vault.Name, []), Stop);
        using var promoted = await curator.PostAsJsonAsync(ApiRoutes.PromoteModel(AskableSite.Model), new PromoteRequest("mine"), Stop);

        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.Equal(rules, kept);
        await Reply.ProblemAsync(elsewhere, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (chain.StatusCode, promoted.StatusCode));
    }

    [Fact]
    public async Task Curator_PutsDocumentsIn_FollowsTheImport_AndDeletesThem()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var (_, outsiderCookies) = await Vault.AccountAsync(askable, Roles.Curator);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        using var curator = askable.Site.Client(cookies);
        using var outsider = askable.Site.Client(outsiderCookies);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes("The dome was painted in 1913.")), "files", "dome.txt" },
        };

        var accepted = await Reply.ValueAsync<UploadAccepted>(await curator.PostAsync(ApiRoutes.Files(vault.Name), form, Stop));
        await using var follower = await EventFollower.ConnectAsync(askable.Site, cookies, EventTopics.Run(accepted.RunId));
        var ended = await Reply.EndOfRunAsync(curator, accepted.RunId);
        var log = await Reply.GetAsync<List<RunLogLine>>(curator, ApiRoutes.RunLog(accepted.RunId, 0));
        using var hidden = await outsider.GetAsync(ApiRoutes.Run(accepted.RunId), Stop);
        using var topic = await outsider.GetAsync(ApiRoutes.EventsOf(EventTopics.Run(accepted.RunId), 0), Stop);
        var documents = await Reply.GetAsync<DocumentPage>(curator, ApiRoutes.Documents(vault.Name));
        var dome = documents.Documents.Single(document => document.SourceId.Contains("dome", StringComparison.Ordinal));
        using var deleted = await curator.DeleteAsync(ApiRoutes.Document(vault.Name, dome.Id), Stop);

        Assert.Equal(RunState.Succeeded, ended.State);
        Assert.NotEmpty(log);
        await Reply.ProblemAsync(hidden, HttpStatusCode.NotFound, "unknown-run");
        await Reply.ProblemAsync(topic, HttpStatusCode.NotFound, "unknown-topic");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task Curator_BuildsTheIndex_AndCannotDeleteTheCorpus()
    {
        var (member, cookies) = await Vault.AccountAsync(askable);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        using var curator = askable.Site.Client(cookies);

        var started = await Reply.ValueAsync<RunStarted>(await curator.PostAsync(ApiRoutes.Index(vault.Name), null, Stop));
        var ended = await Reply.EndOfRunAsync(curator, started.RunId);
        using var deleted = await curator.DeleteAsync(ApiRoutes.Corpus(vault.Name), Stop);
        using var access = await curator.GetAsync(ApiRoutes.CorpusAccess(vault.Name), Stop);

        Assert.Equal(RunState.Succeeded, ended.State);
        await Reply.ProblemAsync(deleted, HttpStatusCode.NotFound, "unknown-corpus");
        await Reply.ProblemAsync(access, HttpStatusCode.NotFound, "unknown-corpus");
    }
}
