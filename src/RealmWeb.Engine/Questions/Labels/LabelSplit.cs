using System.Security.Cryptography;
using System.Text;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>What a label is for. The labels of one document are in one part, so that a model is not gated on what it learned from.</summary>
public enum LabelSplit
{
    /// <summary>To learn from: 80 % of the documents.</summary>
    Train,

    /// <summary>To choose settings by: 10 %.</summary>
    Dev,

    /// <summary>To gate on: 10 %.</summary>
    Test,
}

/// <summary>Puts documents into parts.</summary>
public static class LabelSplits
{
    /// <summary>The part of a document; the same on every machine and for ever.</summary>
    public static LabelSplit Of(string document) =>
        (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(document)), 0) % 10) switch
        {
            0 => LabelSplit.Test,
            1 => LabelSplit.Dev,
            _ => LabelSplit.Train,
        };
}
