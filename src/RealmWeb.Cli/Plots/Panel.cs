namespace RealmWeb.Cli.Plots;

/// <summary>A line of a panel.</summary>
/// <param name="Name">For the legend; lines of one name have one colour in all panels.</param>
/// <param name="Points">By rising x.</param>
internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>One pair of axes with its lines.</summary>
/// <param name="Title">What is on the y axis.</param>
/// <param name="XTitle">What is on the x axis.</param>
/// <param name="LogX">Whether equal factors of x are equally far apart.</param>
internal sealed record Panel(string Title, string XTitle, bool LogX, IReadOnlyList<Curve> Curves);
