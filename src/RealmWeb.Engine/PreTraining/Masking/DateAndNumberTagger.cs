using System.Collections.Frozen;
using System.Text.RegularExpressions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Finds dates, times, numbers and quantities by rules. Paper §3.4 ("a regular expression for dates"; neither printed nor released, so these are
/// ours).</summary>
/// <remarks>English. A quantity carries its unit, currency or percent sign; a range joined by a dash, or by "to" before a shared unit, is one span. Not
/// found: "one" without a unit and "first", which rarely need knowledge; figures inside names such as "F-16". Safe for concurrent use.</remarks>
public sealed partial class DateAndNumberTagger : ISalientSpanTagger
{
    private const string Dash = " ?[-–—−] ?";

    private const string Month =
        @"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)(?![\p{L}])|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct"
        + @"|Nov|Dec)\b\.?)";
    private const string Day = @"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d)";
    private const string Year = @"[12]\d{3}(?!\d)";
    private const string Era = @"(?:BCE|CE|BC|AD|BP|B\.\ ?C\.(?:\ ?E\.)?|A\.\ ?D\.|C\.\ ?E\.)(?!\p{L})";
    private const string Weekday = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

    private const string DayAndMonth =
        $@"(?:{Weekday},?\ )?(?:{Day}(?:(?:{Dash}|\ and\ ){Day})?\ (?:of\ )?{Month}(?:,?\ (?:of\ )?{Year})?"
        + $@"|{Month}(?:[-–/]{Month})?\ {Day}(?:{Dash}{Day})?(?:,?\ {Year})?|{Month}(?:[-–/]{Month})?,?\ (?:of\ )?{Year})(?:\ {Era})?";

    // Months that are also a verb, an auxiliary or a name stand alone as dates only behind such words.
    private const string LoneMonth =
        @"(?:mid-)?(?:January|February|April|June|July|August|September|October|November|December)|(?<=\b(?i:in|of|by|since|until|till|from|to|late|early"
        + @"|last|next|this|during|before|after|between|and)\ )(?:March|May)(?!\ \p{L}+\ (?:of|and)\b)";

    private const string Numeric = @"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4}";
    private const string Time =
        @"\d{1,2}[:.]\d{2}(?::\d{2})?\ ?(?:a\.m\.|p\.m\.|am|pm|AM|PM)|\d{1,2}:\d{2}(?::\d{2})?(?:\ (?:UTC|GMT|EST|CET))?|\d{1,2}\ ?(?:a\.m\.|p\.m\.|am|pm|AM"
        + @"|PM)";

    private const string Tens = "(?i:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)";
    private const string Small =
        $"(?:{Tens}(?:[- ](?i:one|two|three|four|five|six|seven|eight|nine))?|(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
        + $"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen))(?!\\p{{L}})";
    private const string Magnitude = "(?i:hundred|thousand|million|billion|trillion|dozen)(?!\\p{L})";
    private const string Spelled =
        $@"(?:(?:{Small}|(?i:one|an?|half\ an?))(?:[-\ ]{Magnitude})+(?:\ (?:and\ )?{Small}(?:[-\ ]{Magnitude})*)*|{Small}(?:\ and\ a\ half)?)";

    private const string SpelledOrdinal =
        $@"(?:{Tens}-(?i:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?i:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
        + $@"|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|fortieth|fiftieth|sixtieth|seventieth"
        + $@"|eightieth|ninetieth|hundredth|thousandth|millionth))(?!\p{{L}})";
    private const string Ordinal = $@"(?:\d{{1,3}}(?:,\d{{3}})*(?:st|nd|rd|th)|{SpelledOrdinal})";
    private const string Century =
        $@"(?:mid-)?(?:{Ordinal}|(?i:first)(?=[-\ ](?:century|millennium)))(?:(?:{Dash}|\ to\ |\ and\ |\ or\ ){Ordinal})?[-\ ](?i:century|centuries"
        + $@"|millennium|millennia)(?:\ {Era})?";
    private const string Decade = $@"(?:mid-)?(?:\d{{3}}0|['’]\d0|(?<=the\ (?:\p{{L}}+\ )?)\d0)['’]?s(?:{Dash}\d{{2,4}}s)?";
    private const string Season = $@"(?i:spring|summer|autumn|fall|winter)\ (?:of\ )?{Year}";

    private const string Figures =
        @"(?:\d{1,3}(?:[,\u00A0\u202F\u2009]\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?:\ \d{3}){2,}(?!\d)|\d+(?:\.\d+)*"
        + @"|\.\d+)(?:\ ?[½¼¾⅓⅔⅛])?(?:\ ?[×x]\ ?10(?:\^?[-−–]?\d+|[⁰¹²³⁴-⁹⁻]+)?)?";
    private const string Currency = @"(?:(?:US|AU?|CA?|NZ|HK|R)?\$|€|£|¥|₹|₽|(?:USD|EUR|GBP|Rs\.?)\ ?)\ ?";

    private const string Scale = @"(?:(?i:square|cubic|nautical|metric)|sq\.?|cu\.?)";
    private const string UnitWord =
        @"(?i:(?:kilo|centi|milli|micro|nano|mega|giga|tera|deci|hecto)?(?:met(?:er|re)|gram(?:me)?|lit(?:er|re)|watt(?:[-\ ]hour)?|volt|hertz|joule|byte"
            + @"|bit|pascal|second|calorie)s?"
        + @"|tonn?es?|tons?|inch(?:es)?|foot|feet|yards?|miles?|acres?|hectares?|pounds?|ounces?|gallons?|barrels?|degrees?(?:\ (?:Celsius|Fahrenheit|north"
            + @"|south|east|west))?|kelvins?|knots?|light[- ]years?"
        + @"|years?|months?|weeks?|days?|hours?|minutes?|decades?|centuries|century|dollars?|euros?|cents|yen|rupees?|francs?|pence)";
    private const string UnitSign =
        @"(?:km²|km2|km³|km|m²|m2|m³|cm²|cm³|cm|mm|nm|[µμ]m|m|kg|mg|[µμ]g|g|lbs?|oz|ft|mi|ha|ml|mL|L|[MGkT]Wh?|W|kV|V|[kMG]?Hz|[kKMGT]B|[kM]?bps|mph|kph|kt"
            + @"|nmi|bbl|[MGk]?Pa|mbar|ppm|dB|rpm|hp|bn|kcal|kJ|J|K|AU)";
    private const string Unit =
        $@"(?:{Scale}\ )?(?:{UnitWord}|{UnitSign})(?:\^[23]|/(?:s|h|hr|day|year|yr|sq\ mi|sq\ km|km²|km2|kg|l|L|ml|dL)|\ per\ (?:second|minute|hour|day|week"
        + $@"|month|year))?(?!\p{{L}})(?:-old(?!\p{{L}}))?";

    private const string UnitPart = $@"(?:\ ?[%‰]|\ ?°\ ?[CFK]?(?!\p{{L}})|[-\ ](?:percent(?:age\ points?)?|per\ cent)(?!\p{{L}})|[-\ \u00A0]?{Unit})";
    private const string Amount = $"(?:{Figures}|{Spelled})";
    private const string Quantity =
        $@"(?:(?<![^\s(])[-−])?(?:{Currency})?{Amount}(?:(?:{Dash}|\ ?[x×]\ ?"
        + $@"|\ to\ (?=(?:{Currency})?{Amount}(?:[-\ ]{Magnitude})?{UnitPart}))(?:{Currency})?{Amount})?(?:[-\ ]{Magnitude})?(?:{UnitPart})?";

    private const string Coordinate =
        @"\d{1,3}\ \d{2}(?:\ \d{2})?\ [NSEW](?!\p{L})|\d{1,3}(?:\.\d+)?°\ ?(?:\d+(?:\.\d+)?[′']\ ?(?:\d+(?:\.\d+)?[″""]\ ?)?)?[NSEW](?!\p{L})";
    private const string Fraction =
        $@"{Small}[-\ ](?:thirds|quarters|fifths|sixths|sevenths|eighths|ninths|tenths)|(?:one|One)[-\ ](?:half|third|quarter|fifth|sixth|seventh|eighth"
        + $@"|ninth|tenth)(?!\p{{L}})|\d+/\d+";
    private const string YearWithEra = $@"(?:{Month}\ )?(?:AD|A\.D\.)\ ?\d{{1,4}}(?:{Dash}\d{{1,4}})?|(?:{Month}\ )?{Figures}(?:{Dash}{Figures})?\ ?{Era}";

    private const string Ratio = @"\d+(?:\.\d+)?:\d+(?:\.\d+)?";

    // "One" counts where a unit follows.
    private const string SingleUnit = $@"(?:one|One)[-\ ]{Unit}";

    private const string Signs = "-−$€£¥₹₽'’.";

    private const string Start = @"(?<![\p{L}\p{N}_]|\p{L}[-./]|\d[.,:/])";
    private const string End = @"(?![\p{L}\p{N}_]|\.\d|,\d{3}(?!\d))";

    // Words that a span may begin with: the pattern is tried at these and at figures and signs only, which makes it fifty times as fast.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FirstWords = (
        "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec "
        + "monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter mid "
        + "a an half one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
        + "twenty thirty forty fifty sixty seventy eighty ninety first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        + "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth "
        + "ninetieth hundredth thousandth millionth ad us au ca c nz hk r usd eur gbp rs")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyList<TextSpan> Tag(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        List<TextSpan>? spans = null;
        for (var at = 0; at < sentence.Length;)
        {
            var end = at + 1;
            var starts = char.IsAsciiDigit(sentence[at]) || Signs.Contains(sentence[at]);
            if (char.IsLetterOrDigit(sentence[at]))
            {
                while (end < sentence.Length && char.IsLetterOrDigit(sentence[end]))
                    end++;
                starts |= FirstWords.Contains(sentence.AsSpan(at, FirstLetters(sentence.AsSpan(at, end - at))));
            }
            if (starts)
            {
                var length = Match(Dates(), sentence, at);
                length = length > 0 ? length : Match(Ordinals(), sentence, at);
                length = length > 0 ? length : Match(Quantities(), sentence, at);
                if (length > 0)
                    (spans ??= []).Add(new TextSpan(at, end = at + length));
            }
            at = end;
        }
        return spans ?? (IReadOnlyList<TextSpan>)[];
    }

    // USD20 begins with USD.
    private static int FirstLetters(ReadOnlySpan<char> word) => word.IndexOfAnyInRange('0', '9') is > 0 and var digit ? digit : word.Length;

    private static int Match(Regex pattern, string sentence, int at)
    {
        var matches = pattern.EnumerateMatches(sentence, at);
        return matches.MoveNext() ? matches.Current.Length : 0;
    }

    // Three patterns rather than one, which would be too long a method for the JIT to optimise. The first alternative that fits wins: what holds others
    // comes before them.
    [GeneratedRegex($@"\G{Start}(?:{Coordinate}|{DayAndMonth}(?:\ ?[–—]\ ?{DayAndMonth})?|{Numeric}|{Time}|{YearWithEra}|{Season}|{Weekday}|{LoneMonth}){End}",
        RegexOptions.CultureInvariant)]
    private static partial Regex Dates();

    [GeneratedRegex($@"\G{Start}(?:{Century}|{Decade}|{Fraction}|{Ordinal}|{Ratio}){End}", RegexOptions.CultureInvariant)]
    private static partial Regex Ordinals();

    [GeneratedRegex($@"\G{Start}(?:{Quantity}|{SingleUnit}){End}", RegexOptions.CultureInvariant)]
    private static partial Regex Quantities();
}
