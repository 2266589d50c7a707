namespace RealmWeb.Contracts.Runs;

/// <summary>What a run worked with, and what it left.</summary>
/// <param name="Data">As it was when the run began; empty before, and for runs of former releases.</param>
public sealed record RunContents(IReadOnlyList<RunDatum> Data, IReadOnlyList<RunArtifact> Artifacts);

/// <summary>Something that a run worked with.</summary>
/// <param name="What">Corpus, index, model, questions, seed or program.</param>
/// <param name="Value">Its name, with how much of it there was.</param>
/// <param name="Hash">Of its content, or its version: equal ones are the same. Empty where the value says all.</param>
public sealed record RunDatum(string What, string Value, string Hash = "");

/// <summary>Something that a run left and that is still there.</summary>
/// <param name="Link">Address in the site that shows it or gives it out.</param>
/// <param name="Bytes">Null where it is not known before it is written.</param>
/// <param name="IsFile">The link gives out a file.</param>
public sealed record RunArtifact(string Name, string Link, long? Bytes, bool IsFile = false);
