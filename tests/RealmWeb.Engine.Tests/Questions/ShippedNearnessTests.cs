using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Answering;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Questions;

/// <summary>Grouping by the vectors of the shipped model, at the nearness that the site uses.</summary>
public sealed class ShippedNearnessTests
{
    // Each line is one matter, asked in several ways; neighbours are of one field, and must stay apart.
    private static readonly string[][] Matters =
    [
        ["How do I reset my password?", "I forgot my password, what now?", "Where can I change a lost password?"],
        ["How do I change my e-mail address?", "Where can I update the mail address of my account?"],
        ["When does the ferry leave on Sundays?", "What are the departure times of the ferry on a Sunday?", "ferry timetable sunday"],
        ["How much does the ferry cost?", "What is the price of a ferry ticket?", "ferry fare"],
        ["Who pays for the repair of the heating?", "Is the landlord liable for repairing the heating?"],
        ["How warm must the flat be in winter?", "What minimum room temperature is required in winter?"],
        ["What is the speed of sound in water?", "How fast does sound travel under water?"],
        ["Who wrote the anthem of Norway?", "Which author wrote Norway's national anthem?"],
        ["Can I take my dog on the bus?", "Are dogs allowed on buses?"],
        ["How many days of leave do I have?", "What is my yearly holiday entitlement?"],
        ["Is parental leave paid?", "Do I get money during parental leave?"],
    ];

    [Fact]
    public void SameMatter_PutsWordingsTogether_AndKeepsMattersApart()
    {
        using var folder = new TemporaryFolder();
        using var model = ReadingPrecisionTests.LoadShipped(folder);
        var questions = Matters.SelectMany((matter, at) => matter.Select(text => (Text: text, At: at))).ToList();
        var vectors = questions.Select(question => model.EncodeQueries([model.Tokenizer.Encode(TextNormalization.Normalize(question.Text))])).ToList();

        var groups = QuestionGroups.Of(vectors, QuestionGroups.SameMatter);

        Assert.All(groups, group => Assert.Single(group.Select(place => questions[place].At).Distinct()));
        var whole = Enumerable.Range(0, Matters.Length).Count(at => groups.Count(group => group.Any(place => questions[place].At == at)) == 1);
        Assert.True(whole >= 9, $"{whole} of {Matters.Length} matters stand in one group.");
    }
}
