namespace RealmWeb.Engine.Text;

/// <summary>What the tokenizer makes of a literal [CLS], [SEP], [MASK], [PAD] or [UNK] in a text.</summary>
public enum SpecialTokens
{
    /// <summary>Brackets and letters as any other: text of users and corpora can never put a special token into a model's input.</summary>
    AsText,

    /// <summary>One token, as the published tokenizer does; for text of our own making only.</summary>
    Recognise,
}
