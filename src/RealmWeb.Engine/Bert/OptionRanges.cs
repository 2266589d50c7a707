namespace RealmWeb.Engine.Bert;

/// <summary>Refuses values of a config.json that are out of range, by the name that they have there.</summary>
internal static class OptionRanges
{
    public static void Whole(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new InvalidDataException($"{name} is {value}; it should lie between {low} and {high}.");
    }

    public static void Probability(double value, string name)
    {
        if (value is not (>= 0 and < 1))
            throw new InvalidDataException($"{name} is {value}; it should be at least 0 and below 1.");
    }

    public static void Small(double value, string name)
    {
        if (value is not (> 0 and < 1))
            throw new InvalidDataException($"{name} is {value}; it should lie between 0 and 1.");
    }

    public static void Word(string value, string name, params ReadOnlySpan<string> known)
    {
        if (!known.Contains(value))
            throw new InvalidDataException($"{name} is \"{value}\". Supported are {string.Join(" and ", known.ToArray().Select(word => $"\"{word}\""))}.");
    }
}
