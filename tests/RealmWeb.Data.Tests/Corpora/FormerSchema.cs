namespace RealmWeb.Data.Tests.Corpora;

/// <summary>Statements that make a corpus of today one of an older version.</summary>
internal static class FormerSchema
{
    public const string ToVersion4 =
        """
        DROP TABLE page_layouts;
        ALTER TABLE documents DROP COLUMN added_at;
        ALTER TABLE documents DROP COLUMN added_by;
        ALTER TABLE documents DROP COLUMN added_run;
        ALTER TABLE documents DROP COLUMN changed_by;
        ALTER TABLE documents DROP COLUMN changed_run;
        PRAGMA user_version = 4;
        """;
}
