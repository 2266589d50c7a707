using Cronos;

namespace RealmWeb.Jobs.Schedules;

/// <summary>The times of a cron expression in a time zone. Where clocks are put forward, a time that does not exist comes at the moment they are;
/// where they are put back, a time that exists twice comes once, and one that comes every so often comes in both hours.</summary>
internal sealed class CronTimes
{
    private const string Form = "Write five fields: minute, hour, day of month, month, day of week, such as \"0 3 * * *\" for every day at 03:00.";

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronTimes(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <param name="timeZone">IANA name.</param>
    /// <exception cref="ArgumentException">One of them cannot be used; the message says why.</exception>
    public static CronTimes Of(string cron, string timeZone)
    {
        if (!CronExpression.TryParse(cron.Trim(), out var expression))
            throw new ArgumentException($"The cron expression \"{cron}\" cannot be used{Why(cron.Trim())} {Form}", nameof(cron));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone.Trim(), out var zone))
            throw new ArgumentException($"There is no time zone \"{timeZone}\". Use an IANA name, such as Europe/Berlin or UTC.", nameof(timeZone));
        return new(expression, zone);
    }

    /// <summary>The first time after a moment, in the time zone; null when there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset moment) => _expression.GetNextOccurrence(moment, _zone);

    /// <summary>The next times after a moment, in the time zone.</summary>
    public IReadOnlyList<DateTimeOffset> After(DateTimeOffset moment, int count)
    {
        var times = new List<DateTimeOffset>(count);
        while (times.Count < count && After(moment) is { } next)
            times.Add(moment = next);
        return times;
    }

    /// <summary>From a time to a moment: the last time that is not after the moment, and how many there are.</summary>
    /// <param name="first">A time of this expression. It is not looked for anew: where clocks are put forward it is none by its digits.</param>
    public (DateTimeOffset Last, int Count) LastOf(DateTimeOffset first, DateTimeOffset moment)
    {
        var (last, count) = (first, 1);
        while (After(last) is { } next && next <= moment)
            (last, count) = (next, count + 1);
        return (last, count);
    }

    /// <summary>A moment as clocks of the time zone show it.</summary>
    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone);

    private static string Why(string cron)
    {
        try
        {
            CronExpression.Parse(cron);
            return ".";
        }
        catch (CronFormatException wrong)
        {
            return $": {wrong.Message.TrimEnd('.')}.";
        }
    }
}
