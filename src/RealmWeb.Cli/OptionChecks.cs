using System.CommandLine;
using System.Globalization;

namespace RealmWeb.Cli;

/// <summary>What values an option takes. A wrong one is bad usage, said before any work begins.</summary>
internal static class OptionChecks
{
    /// <summary>Refuses numbers below <paramref name="least"/> or above <paramref name="most"/>.</summary>
    public static Option<int> Between(this Option<int> option, int least, int most = int.MaxValue)
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is reported by the parser.
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var given) && (given < least || given > most))
                result.AddError($"{option.Name} is {given}; it should be {(most == int.MaxValue ? $"at least {least}" : $"{least} to {most}")}.");
        });
        return option;
    }

    /// <inheritdoc cref="Between(Option{int}, int, int)"/>
    public static Option<double> Between(this Option<double> option, double least, double most)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var given)
                && !(given >= least && given <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {given}; it should be {least} to {most}."));
        });
        return option;
    }

    /// <summary>Takes the names of an enumeration in any case; its description should list them.</summary>
    public static Option<T> OneOf<T>(this Option<T> option)
        where T : struct, Enum
    {
        option.CustomParser = result =>
        {
            var given = result.Tokens[0].Value;
            if (Enum.TryParse<T>(given, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(given[0]))
                return value;
            result.AddError($"{option.Name} is '{given}'; it should be one of "
                + $"{string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}.");
            return default;
        };
        return option;
    }
}
