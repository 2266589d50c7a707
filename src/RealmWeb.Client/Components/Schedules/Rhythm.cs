using System.Globalization;
using System.Text.RegularExpressions;

namespace RealmWeb.Client.Components.Schedules;

/// <summary>How often, in words that people use.</summary>
public enum RhythmKind
{
    Daily,
    Weekdays,
    Weekly,
    Monthly,
    Hourly,

    /// <summary>Anything else: the cron expression itself.</summary>
    Cron,
}

/// <summary>When a schedule comes, as chosen in the form; made from a cron expression and turned into one.</summary>
/// <param name="At">Time of the day; the hourly ones take its minutes alone.</param>
/// <param name="Hours">Between two times of the hourly ones.</param>
/// <param name="Expression">The cron expression where the kind is <see cref="RhythmKind.Cron"/>.</param>
public sealed partial record Rhythm(RhythmKind Kind, TimeOnly At, DayOfWeek Day = DayOfWeek.Monday, int Hours = 6, string Expression = "")
{
    /// <summary>They divide a day, so that the times are the same ones every day.</summary>
    public static IReadOnlyList<int> HourSteps { get; } = [1, 2, 3, 4, 6, 8, 12];

    public string Cron => Kind switch
    {
        RhythmKind.Daily => $"{At.Minute} {At.Hour} * * *",
        RhythmKind.Weekdays => $"{At.Minute} {At.Hour} * * 1-5",
        RhythmKind.Weekly => $"{At.Minute} {At.Hour} * * {(int)Day}",
        RhythmKind.Monthly => $"{At.Minute} {At.Hour} 1 * *",
        RhythmKind.Hourly => $"{At.Minute} {(Hours == 1 ? "*" : $"*/{Hours}")} * * *",
        _ => Expression,
    };

    /// <summary>As the middle of a sentence: "every day at 03:00".</summary>
    public string Words
    {
        get
        {
            var at = At.ToString("HH:mm", CultureInfo.InvariantCulture);
            return Kind switch
            {
                RhythmKind.Daily => $"every day at {at}",
                RhythmKind.Weekdays => $"on weekdays at {at}",
                RhythmKind.Weekly => $"every {Day} at {at}",
                RhythmKind.Monthly => $"monthly on the 1st at {at}",
                RhythmKind.Hourly => $"every {(Hours == 1 ? "hour" : $"{Hours} hours")}{(At.Minute == 0 ? "" : $" at minute {At.Minute}")}",
                _ => Expression,
            };
        }
    }

    /// <summary>The rhythm of an expression; one that has no words stays as it is.</summary>
    public static Rhythm Of(string cron)
    {
        var other = new Rhythm(RhythmKind.Cron, new TimeOnly(3, 0), Expression: cron);
        if (Form().Match(cron.Trim()) is not { Success: true } parts)
            return other;
        var minute = Number(parts, "minute");
        if (minute > 59)
            return other;
        if (parts.Groups["hour"].Value is ['*', ..] every)
        {
            var step = every == "*" ? 1 : int.Parse(every[2..], CultureInfo.InvariantCulture);
            return parts.Groups["days"].Value == "* * *" && HourSteps.Contains(step)
                ? new Rhythm(RhythmKind.Hourly, new TimeOnly(0, minute), Hours: step)
                : other;
        }
        var hour = Number(parts, "hour");
        if (hour > 23)
            return other;
        var at = new TimeOnly(hour, minute);
        return parts.Groups["days"].Value switch
        {
            "* * *" => new Rhythm(RhythmKind.Daily, at),
            "* * 1-5" => new Rhythm(RhythmKind.Weekdays, at),
            "1 * *" => new Rhythm(RhythmKind.Monthly, at),
            ['*', ' ', '*', ' ', >= '0' and <= '6' and var day] => new Rhythm(RhythmKind.Weekly, at, (DayOfWeek)(day - '0')),
            _ => other,
        };
    }

    private static int Number(Match parts, string name) => int.Parse(parts.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<minute>\d{1,2}) (?<hour>\d{1,2}|\*|\*/\d{1,2}) (?<days>\S+ \S+ \S+)$")]
    private static partial Regex Form();
}
