using System.Text;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Contracts.Widgets;
using RealmWeb.TestKit;
using House = RealmWeb.Browser.Tests.Journeys.Station;

namespace RealmWeb.Tour;

/// <summary>What stands in the site that is shown: people, corpora, flags, labels, runs, a chain that waits. All of it comes about as on any site, by what
/// people do; only faster, over the API.</summary>
internal sealed class World(Desk desk)
{
    public const string Sample = "encyclopedia";
    public const string Station = "station";
    public const string Empty = "minutes";
    public const string Archive = "radio-log";
    public const string Crew = "winter-crew";
    public const string Changed = "sauna.txt";
    public const string Hearth = "What does the hearth burn?";

    private static readonly string Questions = Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions");

    /// <summary>Lines of documents, so many that reading them takes a while.</summary>
    public static byte[] RadioLog(int entries) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, entries).Select(entry =>
        $$"""{"id":"{{entry}}","title":"Entry {{entry}}","text":"Call on channel {{entry % 16 + 1}}. Wind {{entry % 40}} knots from the west."}""" + "\n")));


    public async Task MakeAsync()
    {
        await MakePeopleAsync();
        await MakeCorporaAsync();
        await ChangeDocumentAsync();
        await TrySourceAsync();
        await AddQuestionsAsync("lessons", "train.jsonl", 48);
        await AddQuestionsAsync("exam", "heldout.jsonl", 12);
        await MakeSchedulesAndWidgetsAsync();
        await AskAndFlagAsync();
        await LabelAsync();
        await TrainAsync();
        await MakeChainAsync();
    }

    private async Task MakePeopleAsync()
    {
        foreach (var person in Desk.People.Where(person => person.Role != Roles.Admin))
            await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Users, new CreateUserRequest(person.Name, Desk.Password, [person.Role]));
        await desk.SendAsync(Desk.Ada, "PUT", ApiRoutes.Group(Crew), new SetGroupRequest([Desk.Bo.Name, Desk.Mei.Name]));
    }

    private async Task MakeCorporaAsync()
    {
        await desk.UntilAsync<CorpusSummary>(ApiRoutes.Corpus(Sample), corpus => corpus.IndexedBlocks > 0 && corpus.ActiveRun is null);
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Corpora, new CreateCorpusRequest(Station, "Research station"));
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Corpora, new CreateCorpusRequest(Empty, "Minutes of meetings"));
        var files = House.Documents.Select(document => (document.Key, Encoding.UTF8.GetBytes(document.Value)))
            .Append(("winter-handbook.pdf", await Handbook.PrintAsync(desk.Browser)))
            // One that cannot be read, so that the import says which.
            .Append(("map-of-the-station.pdf", "%PDF-1.7\nnothing follows\n"u8.ToArray()));
        // In two parts: the second import is shown beside the first.
        foreach (var part in files.Chunk(10))
        {
            await desk.UploadAsync(ApiRoutes.Files(Station), part);
            await desk.UntilAsync<CorpusSummary>(ApiRoutes.Corpus(Station), corpus => corpus is { IndexedBlocks: > 0, IndexStale: false, ActiveRun: null });
        }
    }

    // One that changes, so that it has a former text.
    private async Task ChangeDocumentAsync()
    {
        foreach (var text in (string[])
            [
                "Sauna\n\nThe sauna is heated on Tuesdays.\n\nWhoever comes last sweeps the floor.\n",
                "Sauna\n\nThe sauna is heated on Tuesdays and Sundays.\n\nWhoever comes last sweeps the floor.\n\nTowels hang in the drying room.\n",
            ])
        {
            await desk.UploadAsync(ApiRoutes.Files(Station), [(Changed, Encoding.UTF8.GetBytes(text))]);
            await desk.UntilAsync<CorpusSummary>(ApiRoutes.Corpus(Station), corpus => corpus is { IndexStale: false, ActiveRun: null });
        }
    }

    // Tried alone: what is read from it would be one more passage for the questions below.
    private async Task TrySourceAsync()
    {
        await using var intranet = Intranet.With("");
        var times = new SourceTimes("30 4 * * *", "Europe/Oslo");
        var source = await desk.SendAsync<SourceView>(
            Desk.Ada, "POST", ApiRoutes.Sources(Station), new SaveSourceRequest("Intranet", SourceKind.Website, $"{Intranet.Origin}/", 30, Times: times));
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.SyncSource(Station, source.Id), new SyncSourceRequest(DryRun: true));
        await desk.UntilAsync<List<SourceView>>(ApiRoutes.Sources(Station), sources => sources[0].Last is [{ IsFinal: true }]);
    }

    private async Task AddQuestionsAsync(string name, string file, int count)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Questions, file));
        var chosen = string.Join('\n', lines.Take(count));
        await desk.UploadAsync(ApiRoutes.AddQuestionSet(name, false), [($"{name}.jsonl", Encoding.UTF8.GetBytes(chosen))]);
    }

    private async Task MakeSchedulesAndWidgetsAsync()
    {
        foreach (var schedule in new SaveScheduleRequest[]
        {
            new("Nightly index", new RunOrder(RunKind.IndexBuild, Station), "30 3 * * *", "Europe/Oslo"),
            new("Learn on Sundays", null, "0 2 * * 0", "Europe/Oslo", Chain: new ChainOrder(new StartChainRequest(Station, [], Labels: true), 20)),
            new("Exam of the month", new RunOrder(RunKind.Evaluate, Evaluation: new StartEvaluationRequest("exam", Sample)), "0 6 1 * *", "UTC", false),
        })
            await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Schedules, schedule);
        var first = (await desk.GetAsync<List<ScheduleView>>(ApiRoutes.Schedules)).Single(schedule => schedule.Name == "Nightly index");
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.RunSchedule(first.Id));
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Widgets, new SaveWidgetRequest("Intranet", [Station, Sample], [Intranet.Origin], Flags: true));
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Widgets, new SaveWidgetRequest("Front page", [Sample], []));
    }

    private async Task AskAndFlagAsync()
    {
        var wrong = await AskAsync(Desk.Noor, Station, Hearth);
        await FlagAsync(wrong, new FlagRequest(
            AnswerVerdict.Wrong, Passages: new Dictionary<int, PassageVerdict> { [1] = PassageVerdict.DoesNotBelong }, Note: "The hearth is the generator."));
        await FlagAsync(await AskAsync(Desk.Noor, Station, "Who looks after the kraken?"), new FlagRequest(AnswerVerdict.Wrong));
        await FlagAsync(await AskAsync(Desk.Noor, Sample, "Who discovered penicillin?"), new FlagRequest(AnswerVerdict.Right));
        await FlagAsync(await AskAsync(Desk.Noor, Sample, "Who was the first mayor of Oslo?"), new FlagRequest(NotInDocuments: true));
        foreach (var question in (string[])["What is the capital of Australia?", "When does the bakery open?", "Why is the sky blue?", "Who wrote Faust?"])
            await AskAsync(Desk.Noor, Sample, question);
    }

    private Task<AskResponse> AskAsync(Person who, string corpus, string question) =>
        desk.SendAsync<AskResponse>(who, "POST", ApiRoutes.Ask, new AskRequest(question, corpus));

    private Task FlagAsync(AskResponse answer, FlagRequest flag) => desk.SendAsync(Desk.Noor, "PUT", ApiRoutes.Flag(answer.Id), flag);

    private async Task LabelAsync()
    {
        await desk.SendAsync(Desk.Cleo, "PUT", ApiRoutes.AnnotationGuidelines(Station), new SetGuidelineRequest("""
            Grade 3 only where the passage alone answers the question.
            Mark the shortest words that answer: a name without its title, a number with its unit.
            People say hearth for the generator and kraken for the computing cluster.
            """));
        await desk.SendAsync(Desk.Cleo, "PUT", ApiRoutes.AnnotationSettings, new QueueSettings(OverlapPercent: 100, HiddenPercent: 0));
        // Two people label the same six questions and differ on one.
        foreach (var question in (string[])
            ["How many nodes has the cluster?", "When is fish served?", "Where was the oven bought?", "Who founded the museum?", "What does a meal cost?",
                "When are the ashes taken away?"])
            await desk.SendAsync(Desk.Cleo, "POST", ApiRoutes.AnnotationItems, new AddItemRequest(Station, question));
        foreach (var (who, careful) in new[] { (Desk.Bo, true), (Desk.Mei, false) })
        {
            for (var i = 0; i < 6; i++)
            {
                var item = await desk.SendAsync<AnnotationItemView>(
                    who, "POST", ApiRoutes.AnnotationNext, new NextItemRequest(Station, ItemSource.ByHand));
                var overlooked = !careful && item.Question == "When is fish served?";
                var grades = item.Passages.Select(passage => overlooked ? new PassageLabel(passage.Rank, 0, []) : Graded(item.Question, passage)).ToList();
                var label = new SaveLabelRequest(0, LabelState.Submitted, LabelContent.Empty with { NoAnswer = overlooked, Passages = grades });
                await desk.SendAsync(who, "PUT", ApiRoutes.AnnotationLabel(item.Id), label);
            }
        }

        foreach (var question in (string[])["Where is the key of the truck?", "How much power does the generator deliver?", "Who keeps the logbook?"])
            await desk.SendAsync(Desk.Cleo, "POST", ApiRoutes.AnnotationItems, new AddItemRequest(Station, question));
    }

    private static PassageLabel Graded(string question, AnnotationPassage passage)
    {
        var words = question switch
        {
            "How many nodes has the cluster?" => "48 nodes",
            "When is fish served?" => "Wednesdays",
            "Where was the oven bought?" => "Bergen",
            "Who founded the museum?" => "Johan Ravn",
            "What does a meal cost?" => "62 crowns",
            _ => "Fridays",
        };
        var at = passage.Text.IndexOf(words, StringComparison.Ordinal);
        return at < 0 ? new PassageLabel(passage.Rank, 0, []) : new PassageLabel(passage.Rank, 3, [new SpanLabel(at, at + words.Length)]);
    }

    /// <summary>Two trainings whose curves can be laid over each other, what both are worth, and one that somebody cancelled.</summary>
    private async Task TrainAsync()
    {
        const string careful = """{ "openQa": { "training": { "batchSize": 2, "learningRate": 0.00001 }, "readBeam": "hybrid" } }""";
        const string bold = """{ "openQa": { "training": { "batchSize": 2, "learningRate": 0.001 }, "readBeam": "hybrid" } }""";
        foreach (var (model, settings) in new[] { ("careful", careful), ("bold", bold) })
            await RunAsync(ApiRoutes.Training, new StartTrainingRequest(RunKind.FineTune, Sample, 12, "", model, ["lessons"], Settings: settings));
        foreach (var model in new[] { "", "careful", "bold" })
            await RunAsync(ApiRoutes.Evaluation, new StartEvaluationRequest("exam", Sample, model));
        var left = await desk.SendAsync<RunStarted>(
            Desk.Ada, "POST", ApiRoutes.Training, new StartTrainingRequest(RunKind.Mlm, Sample, 5000, "", "long-one"));
        await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.CancelRun(left.RunId));
        await desk.UntilAsync<RunSnapshot>(ApiRoutes.Run(left.RunId), run => run.IsFinal);
    }

    private async Task RunAsync(string route, object request)
    {
        var started = await desk.SendAsync<RunStarted>(Desk.Ada, "POST", route, request);
        var run = await desk.UntilAsync<RunSnapshot>(ApiRoutes.Run(started.RunId), run => run.IsFinal);
        if (run.State != RunState.Succeeded)
            throw new InvalidOperationException($"{run.Kind} of {run.Target} ended as {run.State}: {run.Error}");
    }

    private async Task MakeChainAsync()
    {
        await desk.UploadAsync(
            ApiRoutes.LabelImport(Station, "QuestionLines"), [("labels.jsonl", Encoding.UTF8.GetBytes(House.Labels))]);
        await desk.SendAsync(Desk.Ada, "PUT", ApiRoutes.Gate(Station), new GateRule[]
        {
            new(GateRule.HeldOutLabels, "f1", 50, null), new(GateRule.HeldOutLabels, "recall@5", 80, null), new("exam", "em", null, 50),
            // No machine answers as soon: a rule that is broken is shown beside those that hold.
            new("exam", "p50Milliseconds", 1, null),
        });
        var chain = await desk.SendAsync<ChainStarted>(
            Desk.Ada, "POST", ApiRoutes.Chains, new StartChainRequest(Station, [], Steps: 32, Candidate: "hearth-learned", Labels: true));
        await desk.UntilAsync<ChainView>(ApiRoutes.Chain(chain.ChainId), state => state.State != ChainState.Running);
    }
}
