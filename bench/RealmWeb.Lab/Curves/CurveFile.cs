using System.Globalization;

namespace RealmWeb.Lab.Curves;

/// <summary>A point of a curve.</summary>
/// <param name="Measure">What is measured; curves of one measure belong into one picture.</param>
/// <param name="Curve">Name of the curve.</param>
/// <param name="At">Step, or k.</param>
internal sealed record CurvePoint(string Measure, string Curve, long At, double Value);

/// <summary>Curves as CSV, a line a point, for whatever draws pictures.</summary>
internal static class CurveFile
{
    public static void Write(string path, IEnumerable<CurvePoint> points) => File.WriteAllLines(path,
        points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{Field(point.Measure)},{Field(point.Curve)},{point.At},{point.Value:R}"))
            .Prepend("measure,curve,at,value"));

    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
