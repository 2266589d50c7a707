namespace RealmWeb.Tour;

/// <summary>A page in a state that is shown.</summary>
/// <param name="Name">Of its picture.</param>
/// <param name="Who">Whose window shows it.</param>
/// <param name="Path">Address of the page.</param>
/// <param name="There">What stands on the page once it is there.</param>
/// <param name="Act">What is done on it before the picture; null for nothing.</param>
/// <param name="Width">Of the picture.</param>
/// <param name="Theme">Of the picture.</param>
/// <param name="Whole">The page as far as it goes; off where something lies over it.</param>
internal sealed record Scene(
    string Name, Person Who, string Path, string There, Func<IPage, Task>? Act = null, int Width = Camera.Wide, string Theme = "light", bool Whole = true);
