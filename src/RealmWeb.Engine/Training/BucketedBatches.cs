using System.Runtime.ExceptionServices;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Training;

/// <summary>Groups examples of like length into batches, so that little is padding, without any state between steps.</summary>
/// <remarks>A window of steps shares one draw: its examples are sorted by length, cut into batches, and the batches are shuffled. The next window is
/// drawn while this one trains, so that a GPU does not wait for the processor.</remarks>
/// <param name="draw">Makes the example at a position of the run from the generator given; called from several threads.</param>
/// <param name="length">Length that decides the bucket.</param>
public sealed class BucketedBatches<T>(int seed, int batchSize, Func<Random, T> draw, Func<T, int> length, int windowSteps = 16)
{
    private long _window = -1;
    private T[][] _batches = [];
    private (long Window, Task<T[][]> Batches)? _next;

    /// <summary>The examples of a step.</summary>
    public IReadOnlyList<T> Batch(long step)
    {
        var window = step / windowSteps;
        if (window != _window)
        {
            _batches = _next is { } next && next.Window == window ? next.Batches.GetAwaiter().GetResult() : Draw(window);
            _window = window;
            _next = (window + 1, Task.Run(() => Draw(window + 1)));
        }
        return _batches[step % windowSteps];
    }

    private T[][] Draw(long window)
    {
        var count = batchSize * windowSteps;
        var examples = new T[count];
        try
        {
            Parallel.For(0, count, i => examples[i] = draw(SeededRandom.At(seed, window * count + i)));
        }
        catch (AggregateException failures)
        {
            // What a draw says about the data is for the user; that several threads drew is not.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        return Arrange(examples, length, batchSize, SeededRandom.At(~seed, window));
    }

    /// <summary>Cuts examples into batches of like length, in an order that the generator decides.</summary>
    internal static T[][] Arrange(IEnumerable<T> examples, Func<T, int> length, int batchSize, Random random)
    {
        T[][] batches = [.. examples.OrderBy(length).Chunk(batchSize)];
        random.Shuffle(batches);
        return batches;
    }
}
