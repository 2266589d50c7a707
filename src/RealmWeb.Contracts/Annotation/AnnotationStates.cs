using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Annotation;

/// <summary>Why a question is in the queue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemSource>))]
public enum ItemSource
{
    /// <summary>An asker said that something was wrong, or right.</summary>
    Flag,

    /// <summary>The two best answers are nearly as likely.</summary>
    LowMargin,

    /// <summary>The model gave no answer.</summary>
    NoAnswer,

    /// <summary>Two models answer differently.</summary>
    Disagreement,

    /// <summary>Drawn at random, so that rates can be told without bias.</summary>
    Control,

    /// <summary>Put in by somebody.</summary>
    ByHand,

    /// <summary>Came with labels in a file.</summary>
    Imported,
}

/// <summary>How far a label is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelState>))]
public enum LabelState
{
    Draft,
    Submitted,

    /// <summary>The annotator does not want to label it.</summary>
    Discarded,
}
