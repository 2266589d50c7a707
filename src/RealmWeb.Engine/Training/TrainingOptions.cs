using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.Training;

/// <summary>How an objective is optimised.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimiser steps.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1000;

    /// <summary>Peak learning rate.</summary>
    [Range(1e-9, 1.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps from 0 to the peak; afterwards the rate falls linearly to 0.</summary>
    [Range(0, int.MaxValue)]
    public int WarmUpSteps { get; init; } = 100;

    /// <summary>Decoupled weight decay, multiplied by the rate; LayerNorm and biases are exempt.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the second moment; BERT has 0.999.</summary>
    [Range(0.0, 1.0)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's bias correction, which BERT leaves out; short runs of small models start better with it.</summary>
    public bool BiasCorrection { get; init; }

    /// <summary>Gradients are scaled down to this global norm.</summary>
    [Range(0.0, double.MaxValue)]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Examples in a step.</summary>
    [Range(1, 65536)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Decides every draw and every dropout mask; the same seed gives the same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps between checkpoints.</summary>
    [Range(1, int.MaxValue)]
    public int CheckpointEvery { get; init; } = 500;
}
