using System.Globalization;
using RealmWeb.Jobs.Schedules;

namespace RealmWeb.Jobs.Tests.Schedules;

public sealed class CronTimesTests
{
    private const string Berlin = "Europe/Berlin";

    [Theory]
    [InlineData("0 3 * * *", "2026-01-01T12:00Z", "2026-01-02 03:00 +01:00|2026-01-03 03:00 +01:00")]
    [InlineData("0 3 * * 1-5", "2026-01-02T12:00Z", "2026-01-05 03:00 +01:00|2026-01-06 03:00 +01:00")]
    [InlineData("30 6 1 * *", "2026-01-02T12:00Z", "2026-02-01 06:30 +01:00|2026-03-01 06:30 +01:00")]
    // Put forward on 2026-03-29 from 02:00 to 03:00: what would stand in the hour that is not there comes when the clock is set.
    [InlineData("30 2 * * *", "2026-03-28T00:00Z", "2026-03-28 02:30 +01:00|2026-03-29 03:00 +02:00|2026-03-30 02:30 +02:00")]
    [InlineData("0 */2 * * *", "2026-03-28T23:30Z", "2026-03-29 03:00 +02:00|2026-03-29 04:00 +02:00|2026-03-29 06:00 +02:00")]
    // Put back on 2026-10-25 from 03:00 to 02:00: once a day stays once, every half hour is so in both hours.
    [InlineData("30 2 * * *", "2026-10-24T22:00Z", "2026-10-25 02:30 +02:00|2026-10-26 02:30 +01:00")]
    [InlineData("*/30 2 * * *", "2026-10-24T22:00Z",
        "2026-10-25 02:00 +02:00|2026-10-25 02:30 +02:00|2026-10-25 02:00 +01:00|2026-10-25 02:30 +01:00|2026-10-26 02:00 +01:00")]
    public void After_FollowsTheClocksOfTheZone(string cron, string from, string expected)
    {
        var wanted = expected.Split('|');

        var times = CronTimes.Of(cron, Berlin).After(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), wanted.Length);

        Assert.Equal(wanted, times.Select(time => time.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void LastOf_CountsTheTimesUpToAMoment()
    {
        var times = CronTimes.Of("0 3 * * *", "UTC");
        var first = new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

        Assert.Equal((first, 1), times.LastOf(first, first.AddHours(23)));
        Assert.Equal((first.AddDays(2), 3), times.LastOf(first, first.AddDays(2)));
    }

    [Theory]
    [InlineData("every day", "UTC", "The cron expression \"every day\" cannot be used")]
    [InlineData("0 25 * * *", "UTC", "Write five fields: minute, hour, day of month, month, day of week")]
    [InlineData("0 3 * * *", "Mars/Olympus", "There is no time zone \"Mars/Olympus\". Use an IANA name, such as Europe/Berlin or UTC.")]
    public void Of_SaysWhatIsWrong(string cron, string zone, string expected)
    {
        var refusal = Assert.Throws<ArgumentException>(() => CronTimes.Of(cron, zone));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }
}
