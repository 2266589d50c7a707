using System.Threading.Channels;

namespace RealmWeb.Engine.Answering;

/// <summary>Runs items of concurrent callers through one model together: while a batch computes, the next one gathers.</summary>
/// <remarks>Nobody waits for a batch to fill: a lone caller is served at once, many share a forward pass.</remarks>
internal sealed class MicroBatcher<TItem, TResult> : IAsyncDisposable
{
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Func<IReadOnlyList<TItem>, IReadOnlyList<TResult>> _run;
    private readonly int _maxItems;
    private readonly Task _loop;

    /// <param name="run">One forward pass: a result for each item, in order.</param>
    /// <param name="maxItems">Items in a batch at most, unless one caller brings more.</param>
    public MicroBatcher(Func<IReadOnlyList<TItem>, IReadOnlyList<TResult>> run, int maxItems)
    {
        _run = run;
        _maxItems = maxItems;
        // A thread of its own: tensor work would starve the pool that serves requests.
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Computes the results of these items. A cancelled request that has not begun is never computed.</summary>
    public async Task<IReadOnlyList<TResult>> RunAsync(IReadOnlyList<TItem> items, CancellationToken cancellationToken)
    {
        var request = new Request(items, cancellationToken);
        if (!_queue.Writer.TryWrite(request))
            throw new ObjectDisposedException(nameof(MicroBatcher<,>), "The model was closed while a question waited. Ask again.");
        return await request.Completion.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private void Loop()
    {
        var reader = _queue.Reader;
        var batch = new List<Request>();
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            var items = 0;
            while (reader.TryPeek(out var next) && (batch.Count == 0 || items + next.Items.Count <= _maxItems) && reader.TryRead(out next))
            {
                if (next.CancellationToken.IsCancellationRequested)
                {
                    next.Completion.TrySetCanceled(next.CancellationToken);
                    continue;
                }
                batch.Add(next);
                items += next.Items.Count;
            }
            if (batch.Count > 0)
                RunBatch(batch);
        }
    }

    private void RunBatch(List<Request> batch)
    {
        try
        {
            var results = _run([.. batch.SelectMany(request => request.Items)]);
            var at = 0;
            foreach (var request in batch)
            {
                request.Completion.TrySetResult([.. results.Skip(at).Take(request.Items.Count)]);
                at += request.Items.Count;
            }
        }
#pragma warning disable CA1031 // Whatever the forward pass threw belongs to the callers of this batch, not to the loop that serves the next.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var request in batch)
                request.Completion.TrySetException(failure);
        }
    }

    private sealed record Request(IReadOnlyList<TItem> Items, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<IReadOnlyList<TResult>> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
