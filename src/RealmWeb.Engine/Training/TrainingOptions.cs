using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Optimization;

namespace RealmWeb.Engine.Training;

/// <summary>How an objective is optimised.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimiser steps.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1000;

    /// <summary>BERT's rule, or PyTorch's AdamW.</summary>
    public OptimizerRule Optimizer { get; init; }

    /// <summary>Peak learning rate.</summary>
    [Range(1e-9, 1.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps from 0 to the peak; afterwards the rate falls linearly to 0. Where nothing is said, a tenth of the run, at least 100 and at
    /// most 10,000, as the released trainer has it.</summary>
    [Range(0, int.MaxValue)]
    public int? WarmUpSteps { get; init; }

    /// <summary>Decoupled weight decay, multiplied by the rate; LayerNorm and biases are exempt.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the second moment; BERT has 0.999.</summary>
    [Range(0.0, 1.0)]
    [Display(Name = "Decay of the second moment")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's bias correction, which BERT leaves out; short runs of small models start better with it. PyTorch's rule always has it.</summary>
    public bool BiasCorrection { get; init; }

    /// <summary>Gradients are scaled down to this global norm.</summary>
    [Range(0.0, double.MaxValue)]
    [Display(Name = "Longest gradient")]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Examples in a batch.</summary>
    [Range(1, 65536)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Batches whose mean gradient makes a step: as one batch so many times larger, in the memory of one. For losses that compare the
    /// examples of a batch with each other (contrastive ones) it is not the same.</summary>
    [Range(1, 65536)]
    [Display(Name = "Batches in a step")]
    public int Accumulate { get; init; } = 1;

    /// <summary>Decides every draw and every dropout mask; the same seed gives the same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Parts of names, such as "word_embeddings": parameters that have one of them in theirs keep their values and take no gradient.</summary>
    [Display(Name = "Frozen parameters")]
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>Numbers that a step computes with; weights and optimiser are in 32 bits in any case.</summary>
    public ComputePrecision Precision { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    [Range(1, int.MaxValue)]
    [Display(Name = "Steps between checkpoints")]
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>How many of the newest checkpoints stay on disk.</summary>
    [Range(1, 1000)]
    [Display(Name = "Kept checkpoints")]
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Steps that a killed run can be thrown back at most: to the oldest checkpoint that is kept, from just before the next one.</summary>
    [JsonIgnore]
    public long FarthestBack => (long)CheckpointEvery * KeepCheckpoints;

    /// <summary>Ends with the weights that measured best. Left out, with the last ones.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>Learning rate of each step.</summary>
    public LinearSchedule Schedule() => new(LearningRate, WarmUpSteps ?? LinearSchedule.PublishedWarmup(Steps), Steps);

    /// <summary>Constants of the optimiser.</summary>
    public BertAdamWOptions Rule() => Optimizer == OptimizerRule.Torch
        ? BertAdamWOptions.Torch with { Beta2 = Beta2, WeightDecay = WeightDecay, MaxGradientNorm = ClipNorm }
        : new BertAdamWOptions(Beta2: Beta2, WeightDecay: WeightDecay, MaxGradientNorm: ClipNorm, BiasCorrection: BiasCorrection);

    /// <summary>The same with what was given beside the settings.</summary>
    /// <param name="steps">Steps to take instead; null for those of the settings.</param>
    /// <param name="seed">The seed instead.</param>
    public TrainingOptions With(int? steps, int? seed) => (steps is { } given ? ForSteps(given) : this) with { Seed = seed ?? Seed };

    /// <summary>The same for a run of another length, whose warm-up is at most a tenth of it: a trial of twenty steps should not be all warm-up.</summary>
    public TrainingOptions ForSteps(int steps) => this with
    {
        Steps = steps,
        WarmUpSteps = (int)Math.Min(WarmUpSteps ?? LinearSchedule.PublishedWarmup(steps), Math.Max(1, steps / 10)),
    };
}

/// <summary>Numbers that a training step computes with.</summary>
public enum ComputePrecision
{
    /// <summary>32 bits throughout.</summary>
    Fp32,

    /// <summary>Matrix products and attention in bfloat16; on CUDA devices and on processors that have instructions for it.</summary>
    Bf16,
}
