namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>What is known of the hidden y of one x. Blocks are meant by their positions among all blocks.</summary>
/// <param name="Hidden">Blocks that x may not retrieve: those of its own document, copies of it, and holders of y that were not read.</param>
/// <param name="Readings">p(y | z, x) of the blocks that were read; of every other block it is 0, since it does not hold y.</param>
public sealed record MarginalTarget(IReadOnlyList<int> Hidden, IReadOnlyList<BlockLikelihood> Readings);

/// <summary>p(y | z, x), 0 to 1, of the block at a position.</summary>
public readonly record struct BlockLikelihood(int Position, double Probability);
