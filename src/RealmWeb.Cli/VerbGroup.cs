using System.CommandLine;

namespace RealmWeb.Cli;

/// <summary>Verbs that belong together, as <c>realm --help</c> lists them.</summary>
internal sealed record VerbGroup(string Title, params IReadOnlyList<Command> Verbs);
