namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>How the weights of the mixture follow inner products that training stretched.</summary>
public enum MixtureCarry
{
    /// <summary>Inner products count beside BM25 as they did: their weight, the fading of BM25 and the typical best product follow the stretch.</summary>
    Balanced,

    /// <summary>All weights are scaled together, so that inner products count for as much more as they were stretched.</summary>
    Whole,
}
