namespace RealmWeb.Data.Storage;

/// <summary>Something of the kind has this name already.</summary>
public sealed class NameTakenException(string name, Exception inner) : Exception($"The name \"{name}\" is taken. Choose another name.", inner)
{
    public string Name { get; } = name;
}
