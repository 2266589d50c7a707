using System.ComponentModel.DataAnnotations;
using RealmWeb.Contracts.Access;

namespace RealmWeb.Data.Access;

/// <summary>A corpus that only who is named may ask. Stays when the corpus is deleted: what was asked in it stays hidden, and a new one of its name
/// begins closed.</summary>
public sealed class RestrictedCorpus
{
    [Key, MaxLength(63)]
    public required string Corpus { get; set; }
}

/// <summary>A right of an account or a group in a corpus.</summary>
public sealed class CorpusGrantRow
{
    [MaxLength(63)]
    public required string Corpus { get; set; }
    public GrantKind Kind { get; set; }

    /// <summary>Of the account as it is written there, or of the group.</summary>
    [MaxLength(256)]
    public required string Name { get; set; }
    public CorpusRole Role { get; set; }
}

/// <summary>People who are given rights together.</summary>
public sealed class UserGroupRow
{
    [Key, MaxLength(63)]
    public required string Name { get; set; }
    public List<GroupMember> Members { get; set; } = [];
}

/// <summary>Somebody in a group.</summary>
public sealed class GroupMember
{
    [MaxLength(63)]
    public required string Group { get; set; }

    [MaxLength(256)]
    public required string UserName { get; set; }
}
