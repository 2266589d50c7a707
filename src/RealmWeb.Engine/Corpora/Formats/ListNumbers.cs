using System.Globalization;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Numbers the items of an ordered list as a browser does: start, reversed, value, letters.</summary>
internal sealed class ListNumbers
{
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
        "a" or "A" when number is >= 1 and <= 26 => ((char)(type[0] + number - 1)).ToString(),
        "i" when number is >= 1 and < 40 => Roman(number),
        "I" when number is >= 1 and < 40 => Roman(number).ToUpperInvariant(),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private static string Roman(int number) =>
        string.Concat(Enumerable.Repeat("x", number / 10)) + (number % 10) switch
        {
            0 => "", 4 => "iv", 9 => "ix", < 4 and var ones => new string('i', ones), var rest => $"v{new string('i', rest - 5)}",
        };

    private static int? Number(IElement element, string attribute) =>
        int.TryParse(element.GetAttribute(attribute), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
