using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Access;

/// <summary>What somebody may do in a corpus; each may do what those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CorpusRole>))]
public enum CorpusRole
{
    /// <summary>Asks, and reads what answers point into.</summary>
    Asker,

    /// <summary>Labels questions and looks through documents.</summary>
    Annotator,

    /// <summary>Looks after labels.</summary>
    Curator,
}

/// <summary>Who is given a right.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrantKind>))]
public enum GrantKind
{
    User,
    Group,
}

/// <summary>A right in a corpus.</summary>
/// <param name="Name">Of the account, or of the group.</param>
public sealed record CorpusGrant(GrantKind Kind, string Name, CorpusRole Role);

/// <summary>Who may do what in a corpus. Administrators may do everything in all of them.</summary>
/// <param name="Restricted">Only who is named may do anything; else everybody who may ask on the site may ask, and rights add to that.</param>
/// <param name="Widgets">Names of the widgets that let visitors of other sites ask it.</param>
public sealed record CorpusAccessView(string Corpus, bool Restricted, IReadOnlyList<CorpusGrant> Grants, IReadOnlyList<string> Widgets);

/// <summary>Takes the place of what was said before.</summary>
public sealed record SetCorpusAccessRequest(bool Restricted, IReadOnlyList<CorpusGrant> Grants);

/// <summary>People who are given rights together.</summary>
/// <param name="Members">Names of accounts.</param>
public sealed record UserGroup(string Name, IReadOnlyList<string> Members);

/// <summary>Puts other members in the place of those that a group has.</summary>
public sealed record SetGroupRequest(IReadOnlyList<string> Members);
