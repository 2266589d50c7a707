using RealmWeb.Engine.PreTraining.Masking;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class DateAndNumberTaggerTests
{
    private static readonly DateAndNumberTagger Tagger = new();

    [Theory]
    [InlineData("Born on [September 28, 1990] and again on [31 October 2015].")]
    [InlineData("The [4th of July 1776], [May 3rd], [Sept. 5] and [Dec. 25, 2001].")]
    [InlineData("It met on [Monday, 3 May 2021], not on [Tuesday].")]
    [InlineData("From [June 3 – July 4, 2010], then [12-15 March 1999], [March 15–17] and [April–June 2018].")]
    [InlineData("Between [28 December] and [5 January]; in [July 1969]; [December, 1941].")]
    [InlineData("In [May] she may go; May he win; late [March] was cold; the March of the ants.")]
    [InlineData("Seen on [2020-01-05], [3/4/2020] and [5.11.1999].")]
    [InlineData("He ruled in [1837], [1914–1918] and [2018-19].")]
    [InlineData("The [1980s], the [mid-1990s], the ['90s] and the [1960s–1970s].")]
    [InlineData("The [third century BCE], the [19th and 20th centuries], a [21st-century] and the [first century].")]
    [InlineData("In [44 BC], [AD 79], [1200–1150 BC], [261 BCE] and [March 44 BC].")]
    [InlineData("At [5:30 p.m.], [17:45 UTC], [4 am] and [11:00].")]
    [InlineData("In [summer 1969] and the [winter of 1709]; a warm summer.")]
    public void Tag_FindsDatesInManyForms(string marked) => SpanMarks.AssertTags(Tagger, marked);

    [Theory]
    [InlineData("[100,000] people, [3.5 million] sheep and [.5] rests; [12,345,678.9].")]
    [InlineData("It cost [US$3], then [$12], [£1.5 billion], [€ 20] and [40 dollars].")]
    [InlineData("Up [20 percent], [5%] or [7.5 per cent].")]
    [InlineData("[12 km], [7,000,000 square kilometres] ([2,700,000 sq mi]), [90 km/h], [5 m] and [3.0 × 10^8 m/s].")]
    [InlineData("[-5 °C] to [12 °C]; [130 to 200 million years]; [5–10 kg]; [65.2 years].")]
    [InlineData("An [eight-year] war, a [5-year-old] boy, a [30-minute] show.")]
    [InlineData("[Twenty-five] men, [two million], [a hundred] and [one hundred and fifty thousand].")]
    [InlineData("[One year] passed; one of them left; no one came.")]
    [InlineData("The [18th] pick, the [second] man, the [twenty-first] and the first.")]
    [InlineData("[Two-thirds] of it, [1/2] and [three quarters].")]
    [InlineData("At [28 00 N], [3 00 E] or [40° 26′ N].")]
    [InlineData("A [24]-team league with COVID-19, the F-16, H2O and v1.13, and [1.2.3].")]
    public void Tag_FindsNumbersWithTheirUnits(string marked) => SpanMarks.AssertTags(Tagger, marked);

    [Theory]
    [InlineData("")]
    [InlineData("Nothing to see here, someone said often.")]
    [InlineData("Tennis and weights; seventhly; a1b2; abc123.")]
    public void Tag_FindsNothing_WhereThereIsNoNumber(string text) => Assert.Empty(Tagger.Tag(text));

    [Fact]
    public void Tag_StaysFast_OnHostileText()
    {
        // given long runs that could make a pattern try every way to cut them
        foreach (var text in new[] { new string('1', 50_000), string.Concat(Enumerable.Repeat("1,", 25_000)), string.Concat(Enumerable.Repeat("1 000 ", 8_000)),
            string.Concat(Enumerable.Repeat("two hundred and ", 4_000)), string.Concat(Enumerable.Repeat("1-", 25_000)) })
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();

            Tagger.Tag(text);

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"'{text[..12]}…' took {watch.Elapsed}.");
        }
    }
}
