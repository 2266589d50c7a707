namespace RealmWeb.Data.Tests.Corpora;

/// <summary>Statements that make a corpus of today one of an older version.</summary>
internal static class FormerSchema
{
    public const string ToVersion6 =
        """
        DROP TABLE document_versions;
        ALTER TABLE documents DROP COLUMN version;
        PRAGMA user_version = 6;

        """;

    public const string ToVersion4 = ToVersion6 +
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
