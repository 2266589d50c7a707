using System.Runtime.Intrinsics;

namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>What one scan of one query keeps: every vector whose inner product may still be among the k greatest.</summary>
/// <remarks>The scan knows an interval for each inner product. <see cref="Threshold"/> is the k-th greatest lower end so far: whoever's upper end is
/// below it cannot be among the k. Not safe for concurrent use; each worker has its own.</remarks>
internal sealed class ScanCandidates(int k)
{
    private const int FirstCapacity = 256;

    // Min-heap of the k greatest lower ends.
    private readonly float[] _lowest = new float[k];
    private int _filled;
    private int _compactAt = (int)Math.Clamp(4L * k, 4096, Array.MaxLength);

    // Positions of the kept vectors, and their upper ends.
    private int[] _positions = new int[FirstCapacity];
    private float[] _uppers = new float[FirstCapacity];

    /// <summary>Vectors that are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Upper ends below this are of no interest.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Takes over what another worker has found out about the same query.</summary>
    public void Raise(float threshold) => Threshold = Math.Max(Threshold, threshold);

    /// <summary>Takes the vectors of a group whose bit is set.</summary>
    /// <param name="first">Position of the group's first vector.</param>
    /// <param name="bound">What an approximation may differ by.</param>
    public void Offer(int first, Vector256<float> low, Vector256<float> high, float bound, uint lanes)
    {
        for (; lanes != 0; lanes &= lanes - 1)
        {
            var lane = int.TrailingZeroCount((int)lanes);
            Offer(first + lane, lane < 8 ? low[lane] : high[lane - 8], bound);
        }
    }

    /// <summary>Takes one vector.</summary>
    /// <param name="bound">What its approximation may differ by.</param>
    public void Offer(int position, float approximation, float bound)
    {
        var upper = MathF.BitIncrement(approximation + bound);
        if (upper < Threshold)
            return;
        Keep(position, upper);
        Push(MathF.BitDecrement(approximation - bound));
    }

    /// <summary>How many have an upper end of at least this.</summary>
    public int CountFrom(float threshold)
    {
        var count = 0;
        for (var i = 0; i < Count; i++)
            count += _uppers[i] >= threshold ? 1 : 0;
        return count;
    }

    /// <summary>Copies those with an upper end of at least this.</summary>
    /// <param name="at">Where to begin in the targets.</param>
    /// <returns>Where they end.</returns>
    public int CopyFrom(float threshold, float[] uppers, int[] positions, int at)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_uppers[i] < threshold)
                continue;
            (uppers[at], positions[at]) = (_uppers[i], _positions[i]);
            at++;
        }
        return at;
    }

    private void Keep(int position, float upper)
    {
        if (Count == _compactAt)
        {
            Compact();
            _compactAt = (int)Math.Clamp(2L * Count, _compactAt, Array.MaxLength);
        }
        if (Count == _positions.Length)
        {
            var capacity = (int)Math.Min(_compactAt, 2L * Count);
            var (positions, uppers) = (new int[capacity], new float[capacity]);
            Array.Copy(_positions, positions, Count);
            Array.Copy(_uppers, uppers, Count);
            (_positions, _uppers) = (positions, uppers);
        }
        _positions[Count] = position;
        _uppers[Count++] = upper;
    }

    private void Compact()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_uppers[i] < Threshold)
                continue;
            (_positions[kept], _uppers[kept]) = (_positions[i], _uppers[i]);
            kept++;
        }
        Count = kept;
    }

    private void Push(float lower)
    {
        if (_filled < _lowest.Length)
        {
            // Sift up.
            var child = _filled++;
            for (; child > 0 && _lowest[(child - 1) / 2] > lower; child = (child - 1) / 2)
                _lowest[child] = _lowest[(child - 1) / 2];
            _lowest[child] = lower;
        }
        else if (lower > _lowest[0])
        {
            // Replace the root and sift down.
            var parent = 0;
            while (true)
            {
                var child = 2 * parent + 1;
                if (child >= _filled)
                    break;
                if (child + 1 < _filled && _lowest[child + 1] < _lowest[child])
                    child++;
                if (_lowest[child] >= lower)
                    break;
                _lowest[parent] = _lowest[child];
                parent = child;
            }
            _lowest[parent] = lower;
        }
        if (_filled == _lowest.Length)
            Threshold = Math.Max(Threshold, _lowest[0]);
    }
}
