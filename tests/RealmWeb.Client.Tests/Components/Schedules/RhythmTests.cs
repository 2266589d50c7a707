using RealmWeb.Client.Components.Schedules;

namespace RealmWeb.Client.Tests.Components.Schedules;

public sealed class RhythmTests
{
    [Theory]
    [InlineData("0 3 * * *", RhythmKind.Daily, "every day at 03:00")]
    [InlineData("15 18 * * 1-5", RhythmKind.Weekdays, "on weekdays at 18:15")]
    [InlineData("0 9 * * 1", RhythmKind.Weekly, "every Monday at 09:00")]
    [InlineData("30 6 1 * *", RhythmKind.Monthly, "monthly on the 1st at 06:30")]
    [InlineData("0 */6 * * *", RhythmKind.Hourly, "every 6 hours")]
    [InlineData("20 * * * *", RhythmKind.Hourly, "every hour at minute 20")]
    [InlineData("*/10 8-17 * * 1-5", RhythmKind.Cron, "*/10 8-17 * * 1-5")]
    [InlineData("0 */5 * * *", RhythmKind.Cron, "0 */5 * * *")]
    [InlineData("99 3 * * *", RhythmKind.Cron, "99 3 * * *")]
    [InlineData("0 3 2 * *", RhythmKind.Cron, "0 3 2 * *")]
    public void Of_ReadsWhatTheFormWrites_AndKeepsTheRest(string cron, RhythmKind kind, string words)
    {
        var rhythm = Rhythm.Of(cron);

        Assert.Equal((kind, words, cron), (rhythm.Kind, rhythm.Words, rhythm.Cron));
    }
}
