namespace RealmWeb.Data.Flags;

/// <summary>A flag can no longer be changed.</summary>
public sealed class FlagDoneException(Flag flag) : InvalidOperationException(
    flag.LabelId is { } label
        ? $"This flag became label {label} and cannot be changed any more. Ask the question again and flag the new answer."
        : "An annotator has looked at this flag; it cannot be changed any more. Ask the question again and flag the new answer.");
