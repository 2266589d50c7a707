namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>The checksum of an archive's entry is not that of its bytes; nothing of it was read.</summary>
internal sealed class AlteredEntryException() : Exception(
    "Its checksum is wrong: it was altered after it was packed, and nothing of it was read. Fetch or pack the archive again.");
