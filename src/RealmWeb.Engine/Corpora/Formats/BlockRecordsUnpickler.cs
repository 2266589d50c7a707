using System.Buffers.Binary;
using System.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Reads the pickle of one numpy array of byte strings and nothing else, handing each string on as it comes.</summary>
/// <remarks>A pickle is a program: a general reader would run what the file says. This one knows the instructions that numpy.save writes for such
/// an array and the three names it calls; no other name is looked up and nothing is called. Memory is one batch of the list, not the array.</remarks>
internal sealed class BlockRecordsUnpickler(Stream stream, int maxRecordBytes)
{
    // pickle appends in batches of 1000; the description of the array takes a few dozen values.
    private const int MostValues = 20_000;
    private const int MostNameBytes = 1000;
    private const long MostBatchBytes = 256 << 20;

    private static readonly object Mark = new();

    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private readonly byte[] _number = new byte[8];
    private readonly RecordList _records = new();
    private long _memoized;
    private long _batchBytes;
    private bool _listed;

    private enum Name
    {
        Reconstruct,
        Array,
        Type,
    }

    /// <summary>The strings in order.</summary>
    /// <param name="count">How many the file's header promises.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged, asks for something else, or holds another number of strings.</exception>
    internal IEnumerable<byte[]> Read(long count)
    {
        while (true)
        {
            var instruction = (char)Byte();
            if (instruction == '.')
            {
                if (Pop() is not ArrayShell { Done: true } || _records.Count != count)
                    throw Refuse($"it holds {_records.Count} strings, but its header promises {count}");
                yield break;
            }
            var appended = instruction is 'a' or 'e';
            object?[] values = instruction switch { 'a' => [Pop()], 'e' => PopToMark(), _ => [] };
            if (!appended)
            {
                Do(instruction);
                continue;
            }
            if (_stack.Count == 0 || _stack.Peek() is not RecordList)
                throw Refuse("it appends to something that is not the array's list");
            foreach (var value in values)
            {
                yield return value as byte[] ?? throw Refuse("the array holds something that is not a byte string");
                _records.Count++;
            }
            _batchBytes = 0;
        }
    }

    private void Do(char instruction)
    {
        switch (instruction)
        {
            case '\x80': Byte(); break; // PROTO
            case '\x95': Take(8); break; // FRAME
            case '(': Push(Mark); break; // MARK
            case 'N': Push(null); break; // NONE
            case '\x88': Push(true); break; // NEWTRUE
            case '\x89': Push(false); break; // NEWFALSE
            case 'K': Push((long)Byte()); break; // BININT1
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break; // BININT2
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break; // BININT
            case 'X': Push(Text(Length32())); break; // BINUNICODE
            case '\x8c': Push(Text(Byte())); break; // SHORT_BINUNICODE
            case 'C': Push(Bytes(Byte())); break; // SHORT_BINBYTES
            case 'B': Push(Bytes(Length32())); break; // BINBYTES
            case 't': Push(PopToMark()); break; // TUPLE
            case '\x85': Push(PopTuple(1)); break; // TUPLE1
            case '\x86': Push(PopTuple(2)); break; // TUPLE2
            case '\x87': Push(PopTuple(3)); break; // TUPLE3
            case ']': Push(List()); break; // EMPTY_LIST
            case 'q': Memoize(Byte()); break; // BINPUT
            case 'r': Memoize(Length32()); break; // LONG_BINPUT
            case '\x94': Memoize(_memoized); break; // MEMOIZE
            case 'h': Push(Recall(Byte())); break; // BINGET
            case 'j': Push(Recall(Length32())); break; // LONG_BINGET
            case 'c': Push(Global(Line(), Line())); break; // GLOBAL
            case '\x93': PushStackGlobal(); break; // STACK_GLOBAL
            case 'R': Reduce(); break; // REDUCE
            case 'b': Build(); break; // BUILD
            default: throw Refuse($"it uses instruction 0x{(int)instruction:x2}, which an array of byte strings does not need");
        }
    }

    // One list: that of the array, whose strings are handed on and never held.
    private RecordList List()
    {
        if (_listed)
            throw Refuse("it holds a second list");
        _listed = true;
        return _records;
    }

    private Name Global(string module, string name) => (module, name) switch
    {
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => Name.Reconstruct,
        ("numpy", "ndarray") => Name.Array,
        ("numpy", "dtype") => Name.Type,
        _ => throw Refuse($"it asks for {module}.{name}; do not load this file elsewhere unless you trust its source"),
    };

    private void PushStackGlobal()
    {
        var parts = PopTuple(2);
        Push(parts is [string module, string name] ? Global(module, name) : throw Refuse("a name in it is no text"));
    }

    private void Reduce()
    {
        var parts = PopTuple(2);
        Push(parts switch
        {
            [Name.Reconstruct, object?[] and [Name.Array, object?[], byte[]]] => new ArrayShell(),
            [Name.Type, object?[] and [string and ("O8" or "O4" or "O"), ..]] => new ObjectType(),
            _ => throw Refuse("it calls something with unexpected arguments"),
        });
    }

    // State of the array: (1, (n,), dtype, order, list).
    private void Build()
    {
        var state = Pop();
        switch (_stack.Count == 0 ? null : _stack.Peek())
        {
            case ObjectType:
                break;
            case ArrayShell shell when state is object?[] and [long, object?[] and [long], ObjectType, bool, RecordList]:
                shell.Done = true;
                break;
            default:
                throw Refuse("it gives state to something that is no array of byte strings");
        }
    }

    private void Memoize(long at)
    {
        _memoized++;
        // Strings of the array pass through; only what describes it is ever referred to again.
        if (_stack.Count == 0)
            throw Refuse("it refers to an empty stack");
        if (_stack.Peek() is not byte[])
            _memo[at] = _stack.Peek();
        if (_memo.Count > MostValues)
            throw Refuse("it remembers more values than an array of byte strings needs");
    }

    private object? Recall(long at) => _memo.TryGetValue(at, out var value) ? value
        : throw Refuse("it refers back to a string it gave before; save the array from a list of separate strings");

    private void Push(object? value)
    {
        if (_stack.Count >= MostValues)
            throw Refuse($"more than {MostValues} values wait at once");
        _stack.Push(value);
    }

    private object? Pop() => _stack.TryPop(out var value) ? value : throw Refuse("it takes from an empty stack");

    private object?[] PopTuple(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        var values = new List<object?>();
        while (Pop() is var value && !ReferenceEquals(value, Mark))
            values.Add(value);
        values.Reverse();
        return [.. values];
    }

    private byte[] Bytes(long length)
    {
        _batchBytes += length;
        if (length > maxRecordBytes || _batchBytes > MostBatchBytes)
            throw Refuse($"a string in it has {length:N0} bytes; {maxRecordBytes:N0} is the limit, and {MostBatchBytes:N0} for strings that are appended "
                + $"together");
        var bytes = new byte[length];
        Fill(bytes);
        return bytes;
    }

    private string Text(long length)
    {
        if (length > MostNameBytes)
            throw Refuse($"a name in it has {length:N0} bytes; {MostNameBytes} is the limit");
        var bytes = new byte[length];
        Fill(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private string Line()
    {
        var line = new StringBuilder();
        while (Byte() is var value && value != '\n')
        {
            if (line.Append((char)value).Length > MostNameBytes)
                throw Refuse("a name in it does not end");
        }
        return line.ToString();
    }

    private long Length32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ReadOnlySpan<byte> Take(int count)
    {
        var span = _number.AsSpan(0, count);
        Fill(span);
        return span;
    }

    private byte Byte() => stream.ReadByte() is >= 0 and var value ? (byte)value : throw Refuse("it is cut off");

    private void Fill(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Refuse("it is cut off");
    }

    private InvalidDataException Refuse(string what) => new($"behind string {_records.Count}: {what}");

    private sealed class ArrayShell
    {
        public bool Done { get; set; }
    }

    private sealed class ObjectType;

    private sealed class RecordList
    {
        public long Count { get; set; }
    }
}
