using System.Globalization;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Numbers the items of an ordered list as a browser does: start, reversed, value, letters.</summary>
internal sealed class ListNumbers
{
    private const int LargestRoman = 3999;

    private static readonly (int Value, string Digits)[] RomanDigits =
    [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ];

    private readonly string _type;
    private readonly int _step;
    private int _next;

    internal ListNumbers(IElement list)
    {
        var reversed = list.HasAttribute("reversed");
        _type = list.GetAttribute("type") ?? "1";
        _step = reversed ? -1 : 1;
        _next = Number(list, "start") ?? (reversed ? list.Children.Count(child => child.LocalName == "li") : 1);
    }

    internal string Next(IElement item)
    {
        var number = Number(item, "value") ?? _next;
        _next = unchecked(number + _step);
        return Shown(number, _type);
    }

    /// <summary>A number as a list shows it.</summary>
    /// <param name="type">1, a, A, i or I, as in HTML.</param>
    internal static string Shown(int number, string type) => type switch
    {
        "a" when number > 0 => Letters(number),
        "A" when number > 0 => Letters(number).ToUpperInvariant(),
        "i" when number is > 0 and <= LargestRoman => Roman(number),
        "I" when number is > 0 and <= LargestRoman => Roman(number).ToUpperInvariant(),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    // z is followed by aa.
    private static string Letters(int number) => number == 0 ? "" : Letters((number - 1) / 26) + (char)('a' + (number - 1) % 26);

    private static string Roman(int number)
    {
        if (number == 0)
            return "";
        var (value, digits) = RomanDigits.First(digit => digit.Value <= number);
        return digits + Roman(number - value);
    }

    private static int? Number(IElement element, string attribute) =>
        int.TryParse(element.GetAttribute(attribute), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
