using System.Collections.Frozen;

namespace RealmWeb.Engine.Text;

/// <summary>What English writes with a full stop that ends no sentence, or need not end one.</summary>
internal static class EnglishAbbreviations
{
    /// <summary>Something must follow these (a name, a number, an example): the stop after them never ends a sentence.</summary>
    private static readonly Set Leading = Make(
        "mr mrs ms mx dr prof rev fr hon gen col maj capt cmdr lt sgt cpl pvt adm gov sen rep reps sens pres supt messrs mons mme mlle st ste mt ft gens "
        + "e.g i.e eg ie cf viz vs v approx ca esp incl resp lit trans ed eds dept univ assn bros pseud lat gr u.s.s h.m.s s.s op loc");

    /// <summary>Numbered things: the stop ends no sentence before a figure.</summary>
    private static readonly Set Numbered = Make(
        "no nos nr fig figs sec secs ch chap vol vols p pp par art eq eqs ex app tab tbl pt pts ver v rev ed c circa b d r fl cl "
        + "jan feb mar apr jun jul aug sep sept oct nov dec");

    /// <summary>May stand last in a sentence: the next word decides.</summary>
    private static readonly Set Ambiguous = Make(
        "inc co corp ltd llc plc bros jr sr esq ph.d m.d b.a m.a b.sc m.sc d.c u.s u.k u.n u.s.a e.u u.s.s.r n.y l.a a.m p.m a.d b.c b.c.e c.e "
        + "al ave blvd rd sq est dept ga gov't hwy ariz calif colo conn fla ill ind kan ky mass md mich minn miss mo mont neb nev okla ore pa tenn "
        + "tex va vt wash wis wyo sp spp subsp var min max avg sec hr hrs yr yrs mi km cm mm kg lb lbs oz ibid");

    /// <summary>Words that begin sentences far more often than names.</summary>
    private static readonly Set Starters = Make(
        "a an the this that these those he she it its they their we our you i his her my there here in on at by for from to with as of if when while "
        + "where after before since until because although though however but and or so yet nor not no one two three some many most several each both all "
        + "such other another during within without under over between among through despite unlike like according what who why how which is are was were "
        + "do does did has have had can may then thus therefore hence also later today now once only even still see more first second finally instead "
        + "meanwhile moreover furthermore additionally born following because upon about along around");

    private static readonly Set Months = Make("jan feb mar apr jun jul aug sep sept oct nov dec");

    internal static bool IsLeading(ReadOnlySpan<char> word) => Has(Leading, word);

    internal static bool IsNumbered(ReadOnlySpan<char> word) => Has(Numbered, word);

    internal static bool IsAmbiguous(ReadOnlySpan<char> word) => Has(Ambiguous, word) || Has(Months, word);

    internal static bool IsStarter(ReadOnlySpan<char> word) => Has(Starters, word);

    private static Set Make(string words) =>
        new(words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>());

    private static bool Has(Set set, ReadOnlySpan<char> word) => set.Words.Contains(word);

    private sealed record Set(FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words);
}
