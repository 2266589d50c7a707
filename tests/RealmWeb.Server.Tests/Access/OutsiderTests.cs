using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Sources;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Server.Access;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Access;

/// <summary>Walks every route of the site, also those that are added later, as somebody who curates every other corpus: what they get of a corpus that is
/// not for them is what they get of one that is not there. Whoever is chosen walks the same routes, so that each has something to hide.</summary>
[Collection(AskingTests.Name)]
public sealed partial class OutsiderTests(AskableSite askable)
{
    // Accounts are no corpus's; hubs and widgets have tests of their own.
    private static readonly string[] Elsewhere = ["/api/accounts", "/api/embed", "/hubs"];

    // What shows something of the corpus to whoever is chosen.
    private static readonly string[] Shows =
    [
        "GET /api/corpora", "GET /api/corpora/{name}", "GET /api/corpora/{name}/documents", "GET /api/corpora/{name}/documents/{id:long}",
        "GET /api/corpora/{name}/documents/{id:long}/details", "GET /api/corpora/{name}/documents/{id:long}/pages/{number:long}",
        "GET /api/corpora/{name}/documents/{id:long}/versions", "GET /api/corpora/{name}/documents/{id:long}/versions/{number:long}",
        "GET /api/corpora/{name}/documents/{id:long}/versions/{number:long}/changes",
        "GET /api/corpora/{name}/passages", "GET /api/corpora/{name}/sources", "GET /api/corpora/{name}/duplicates",
        "GET /api/ask/info", "POST /api/ask", "POST /api/ask/stream", "GET /api/ask/stream",
        "GET /api/questions", "GET /api/questions/mine", "GET /api/questions/mine/flags", "GET /api/questions/{id:guid}/flag",
        "GET /api/annotation/queue", "GET /api/annotation/labels", "GET /api/annotation/items/{id:long}", "POST /api/annotation/items",
        "POST /api/annotation/next", "POST /api/annotation/next-few", "GET /api/annotation/guidelines/{name}", "GET /api/annotation/export/{name}",
        "GET /api/annotation/gaps/{name}", "GET /api/annotation/agreement/{name}", "GET /api/annotation/accuracy/{name}",
        "GET /api/evaluations", "GET /api/evaluations/{id:long}", "GET /api/evaluations/{id:long}/questions",
        "GET /api/evaluations/{id:long}/questions/{number:long}", "GET /api/evaluations/comparison", "GET /api/evaluations/comparison/questions",
        "GET /api/evaluations/comparison/questions/{number:long}",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRoute_AnswersAsIfTheCorpusWereNotThere()
    {
        var (member, memberCookies) = await Vault.AccountAsync(askable);
        var (_, outsiderCookies) = await Vault.AccountAsync(askable, Roles.Asker, Roles.Annotator, Roles.Curator);
        var vault = await Vault.MakeAsync(askable, Vault.User(member, CorpusRole.Curator));
        using var chosen = askable.Site.Client(memberCookies);
        using var outsider = askable.Site.Client(outsiderCookies);
        var there = await FillAsync(vault, chosen);
        var nowhere = new Place(vault.Name.Replace("vault", "empty", StringComparison.Ordinal), Guid.NewGuid(), 987654321, 987654321, 987654322, 987654321);

        await BeQuietAsync(outsider);
        var hidden = await WalkAsync(outsider, there);
        var unknown = await WalkAsync(outsider, nowhere);
        // Last: the walk deletes what may be deleted.
        var shown = await WalkAsync(chosen, there);

        var shows = shown.Where(reply => Shows.Contains(reply.Route)).ToList();
        Assert.Equal(Shows.Length, shows.Count);
        Assert.All(shows, reply => Assert.True(
            reply.Status is HttpStatusCode.OK or HttpStatusCode.Created && Tells(reply.Text, vault),
            $"{reply.Route} shows who is chosen nothing of the corpus, so it shows nothing here: {reply.Status} {reply.Text}"));
        Assert.All(hidden.Zip(unknown), pair => Assert.True(
            pair.First.Status == pair.Second.Status && pair.First.Text == pair.Second.Text,
            $"{pair.First.Route}: {pair.First.Status} {pair.First.Text}\nis not what a corpus that is not there gets:\n{pair.Second.Status} {pair.Second.Text}"));
        Assert.All(hidden, reply => Assert.False(Tells(reply.Text, vault), $"{reply.Route} tells of the corpus: {reply.Text}"));
    }

    // The policies look at {name} where it is a corpus: an endpoint that does not say so would be for everybody who may do as much elsewhere.
    [Fact]
    public void EveryRoute_WithAName_SaysThatItIsACorpus_UnlessItIsNamedHere()
    {
        string[] others = ["/api/question-sets/{name}", "/api/groups/{name}"];

        var routes = askable.Site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.Contains("{name}", StringComparison.Ordinal) && !others.Contains("/" + endpoint.RoutePattern.RawText.Trim('/')))
            .ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes, endpoint => Assert.True(endpoint.Metadata.GetMetadata<OfCorpus>() is not null, $"{endpoint.RoutePattern.RawText} lacks OfCorpus."));
    }

    /// <summary>What addresses and bodies name.</summary>
    private sealed record Place(string Corpus, Guid Answer, long Item, long Label, long OtherEvaluation, long Evaluation)
    {
        public string Clean(string text) => text.Replace(Corpus, "CORPUS", StringComparison.Ordinal).Replace($"{Answer}", "ANSWER", StringComparison.Ordinal);
    }

    // The list of corpora says what runs, and what tests before this one began in corpora of theirs may end between two walks.
    private static async Task BeQuietAsync(HttpClient anybody)
    {
        while ((await anybody.GetStringAsync(ApiRoutes.Corpora, Stop)).Contains("\"activeRun\":\"", StringComparison.Ordinal))
            await Task.Delay(50, Stop);
    }

    // A question with a flag, two items of which one has a label, guidelines, a source, and two evaluations.
    private async Task<Place> FillAsync(Vault vault, HttpClient member)
    {
        var corpus = vault.Name;
        var answer = await Reply.ValueAsync<AskResponse>(await member.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(Vault.Question, corpus), Stop));
        (await member.PutAsJsonAsync(ApiRoutes.Flag(answer.Id), new FlagRequest(AnswerVerdict.Wrong) { NotInDocuments = true, Note = $"Not the {vault.Word}." }, Stop))
            .EnsureSuccessStatusCode();
        var item = await Reply.ValueAsync<AnnotationItemView>(
            await member.PostAsJsonAsync(ApiRoutes.AnnotationItems, new AddItemRequest(corpus, $"What is the {vault.Word}?"), Stop));
        var content = LabelContent.Empty with { Passages = [new PassageLabel(item.Passages[0].Rank, 2, [])] };
        var label = await Reply.ValueAsync<LabelView>(
            await member.PutAsJsonAsync(ApiRoutes.AnnotationLabel(item.Id), new SaveLabelRequest(0, LabelState.Submitted, content), Stop));
        (await member.PutAsJsonAsync(ApiRoutes.AnnotationGuidelines(corpus), new SetGuidelineRequest($"Mark the {vault.Word}."), Stop)).EnsureSuccessStatusCode();
        (await member.PostAsJsonAsync(
            ApiRoutes.Sources(corpus), new SaveSourceRequest(vault.Word, SourceKind.Website, "https://example.org/"), Stop)).EnsureSuccessStatusCode();
        return new Place(corpus, answer.Id, item.Id, label.Number, Record(vault), Record(vault));
    }

    private long Record(Vault vault)
    {
        var (services, run) = (askable.Site.Services, Guid.NewGuid());
        var file = Path.Combine("evaluations", $"{run}.jsonl");
        Directory.CreateDirectory(Path.Combine(askable.Site.DataFolder, "evaluations"));
        var passage = new ReadPassage("b1", 1, vault.Title, $"The {vault.Word}.", 0, 0, 3, 0.9, 0.8);
        OutcomeFile.Write(
            Path.Combine(askable.Site.DataFolder, file),
            [new("1", $"What is the {vault.Word}?", [vault.Word], vault.Word, false, 0.1, 0.9, 1, 1, 1) { Evidence = [passage] }]);
        var row = new EvaluationRow { QuestionSet = "quiz", Corpus = vault.Name, Retriever = "Hybrid", Questions = 1, ReportFile = file, RunId = run };
        services.GetRequiredService<EvaluationStore>().Record(
            services.GetRequiredService<ModelLibrary>().Get(AskableSite.Model), row, new Dictionary<string, double> { ["em"] = 100 });
        return row.Id;
    }

    private async Task<List<(string Route, HttpStatusCode Status, string Text)>> WalkAsync(HttpClient client, Place place)
    {
        var replies = new List<(string, HttpStatusCode, string)>();
        // Nothing is deleted before all was read.
        foreach (var (route, method, _, _) in SiteRoutes.Of(askable.Site).Where(Walked).OrderBy(route => route.Method == "DELETE"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), AddressOf(route[(method.Length + 1)..], place));
            if (method is "POST" or "PUT")
                request.Content = JsonContent.Create(BodyOf(route, place));
            using var reply = await client.SendAsync(request, Stop);
            var text = $"{reply.Headers.Location} {reply.Content.Headers.ContentDisposition} {await reply.Content.ReadAsStringAsync(Stop)}";
            // What the caller says comes back in refusals; what is left is the site's own.
            replies.Add((route, reply.StatusCode, reply.IsSuccessStatusCode ? text : Trace().Replace(Number().Replace(place.Clean(text), "$1"), "")));
        }
        return replies;
    }

    private static bool Walked(SiteRoute route) => !Array.Exists(Elsewhere, path => route.Path.StartsWith(path, StringComparison.Ordinal));

    private static bool Tells(string text, Vault vault) => text.Contains(vault.Name, StringComparison.Ordinal)
        || text.Contains($"\"width\":{Vault.PageWidth.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
        || text.Contains(vault.Word, StringComparison.OrdinalIgnoreCase) || text.Contains(vault.Title, StringComparison.OrdinalIgnoreCase);

    private static string AddressOf(string pattern, Place place) => pattern
        .Replace("{name}", place.Corpus, StringComparison.Ordinal).Replace("{id:guid}", $"{place.Answer}", StringComparison.Ordinal)
        .Replace("labels/{id:long}", $"labels/{place.Label}", StringComparison.Ordinal).Replace("items/{id:long}", $"items/{place.Item}", StringComparison.Ordinal)
        .Replace("evaluations/{id:long}", $"evaluations/{place.Evaluation}", StringComparison.Ordinal).Replace("{id:long}", "1", StringComparison.Ordinal)
        .Replace("{number:long}", "1", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal).Replace("{model}", "x", StringComparison.Ordinal)
        + (pattern.Contains("comparison", StringComparison.Ordinal) ? $"?first={place.OtherEvaluation}&second={place.Evaluation}&change={QuestionChange.StillRight}"
            : $"?corpus={place.Corpus}&q=observatory&question={Uri.EscapeDataString(Vault.Question)}&state=Submitted&against=2");

    private static object BodyOf(string route, Place place) => route switch
    {
        "POST /api/ask" or "POST /api/ask/stream" => new AskRequest(Vault.Question, place.Corpus),
        "POST /api/annotation/next" => new NextItemRequest(place.Corpus),
        "POST /api/annotation/next-few" => new NextItemsRequest(new NextItemRequest(place.Corpus), 2),
        "POST /api/annotation/holds" or "POST /api/annotation/holds/release" => new HeldItems([place.Item]),
        "POST /api/annotation/items" => new AddItemRequest(place.Corpus, "Which observatory?"),
        "PUT /api/annotation/items/{id:long}/label" => new SaveLabelRequest(0, LabelState.Draft, LabelContent.Empty),
        "PUT /api/annotation/guidelines/{name}" => new SetGuidelineRequest("Mark words."),
        "POST /api/corpora/{name}/sources" or "PUT /api/corpora/{name}/sources/{id:guid}" =>
            new SaveSourceRequest("Pages", SourceKind.Website, "https://example.org/"),
        "PUT /api/corpora/{name}/gate" => Array.Empty<object>(),
        "PUT /api/questions/{id:guid}/flag" => new FlagRequest(AnswerVerdict.Right),
        _ => new { },
    };

    [GeneratedRegex("(item|label|evaluation) [0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex Trace();
}
