using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Jobs.Answering;

/// <summary>Settings of answering in process: section "Realm" of the configuration, where there is one; the keys are those of the site.</summary>
public sealed class RealmAnsweringOptions
{
    public const string Section = "Realm";

    /// <summary>Folder of corpora, indexes and models; made when missing. Relative to the content root, in a program without one to the working
    /// directory.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Realm:DataDir is empty. Set it to the folder that holds the data, or leave it out for ./data.")]
    public string DataDir { get; set; } = "data";

    /// <summary>Corpus that answers when a question names none; empty for the first by name that has an index.</summary>
    public string DefaultCorpus { get; set; } = "";
}
