namespace RealmWeb.Engine.Models;

/// <summary>Numbers the spans of a sequence by width, then by start: all of width 1, all of width 2, and so on.</summary>
public static class SpanNumbering
{
    /// <summary>Number of spans of at most <paramref name="maxWidth"/> tokens in <paramref name="length"/> tokens.</summary>
    public static long Count(long length, long maxWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWidth, 1);
        return Before(length, Math.Min(length, maxWidth) + 1);
    }

    /// <param name="length">Padded length s of the sequence in tokens.</param>
    /// <param name="start">First token.</param>
    /// <param name="width">Number of tokens, from 1.</param>
    public static long Number(long length, long start, long width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, length - width);
        return Before(length, width) + start;
    }

    /// <summary>Inverse of <see cref="Number"/>.</summary>
    public static (int Start, int Width) Span(long length, long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        var width = 1;
        while (width <= length && number >= length - width + 1)
            number -= length - width++ + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, length, nameof(number));
        return ((int)number, width);
    }

    // Widths 1 to width - 1 have length, length - 1, ... starts.
    private static long Before(long length, long width) => (width - 1) * (2 * length - width + 2) / 2;
}
