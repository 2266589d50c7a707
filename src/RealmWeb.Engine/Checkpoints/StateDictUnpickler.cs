using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>A tensor as a pickle describes it: a window on a storage. Sizes are not checked yet.</summary>
internal sealed record PickledTensor(string StorageKey, ScalarType Type, long StorageLength, long Offset, long[] Shape, long[] Strides);

/// <summary>Reads the pickle of a state dict and nothing else.</summary>
/// <remarks>A pickle is a program: a general reader would run what the file says. This one knows the few instructions that torch.save uses for
/// a dictionary of tensors and the few names that may be called, builds only lists, dictionaries and numbers, and refuses the rest.</remarks>
internal sealed class StateDictUnpickler
{
    private static readonly Dictionary<string, ScalarType> Storages = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = ScalarType.Float32, ["DoubleStorage"] = ScalarType.Float64, ["HalfStorage"] = ScalarType.Float16,
        ["BFloat16Storage"] = ScalarType.BFloat16, ["LongStorage"] = ScalarType.Int64, ["IntStorage"] = ScalarType.Int32,
        ["ShortStorage"] = ScalarType.Int16, ["CharStorage"] = ScalarType.Int8, ["ByteStorage"] = ScalarType.Byte,
        ["BoolStorage"] = ScalarType.Bool,
    };

    private static readonly object Mark = new();

    private readonly byte[] _code;
    private readonly string _path;
    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private int _position;

    private StateDictUnpickler(byte[] code, string path) => (_code, _path) = (code, path);

    /// <summary>Names and tensors in the order of the file.</summary>
    /// <exception cref="CheckpointException">The pickle is damaged, asks for something that is not allowed, or is no dictionary of tensors.</exception>
    public static IReadOnlyList<KeyValuePair<string, PickledTensor>> Read(byte[] code, string path)
    {
        var unpickler = new StateDictUnpickler(code, path);
        try
        {
            if (unpickler.Run() is not List<KeyValuePair<object?, object?>> dictionary)
                throw unpickler.Refuse("it does not hold a dictionary of tensors");
            return
            [
                .. dictionary.Select(item => item is { Key: string name, Value: PickledTensor tensor } ? KeyValuePair.Create(name, tensor)
                    : throw unpickler.Refuse($"its entry {item.Key} is not a named tensor")),
            ];
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidCastException or ArgumentException
            or IndexOutOfRangeException or KeyNotFoundException or OverflowException)
        {
            // An empty stack, a wrong operand or a cut-off instruction.
            throw new CheckpointException(path, null, $"data.pkl is damaged near byte {unpickler._position}. Copy the file again.", exception);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var instruction = (char)_code[_position++];
            switch (instruction)
            {
                case '\x80': _position++; break; // PROTO
                case '\x95': _position += 8; break; // FRAME
                case '.': return _stack.Pop(); // STOP
                case '(': _stack.Push(Mark); break; // MARK
                case '0': _stack.Pop(); break; // POP
                case 'N': _stack.Push(null); break; // NONE
                case '\x88': _stack.Push(true); break; // NEWTRUE
                case '\x89': _stack.Push(false); break; // NEWFALSE
                case 'K': _stack.Push((long)_code[_position++]); break; // BININT1
                case 'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break; // BININT2
                case 'J': _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break; // BININT
                case '\x8a': _stack.Push(LongInteger(Take(_code[_position++]))); break; // LONG1
                case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break; // BINFLOAT
                case 'X': _stack.Push(Text((int)Length32())); break; // BINUNICODE
                case '\x8c': _stack.Push(Text(_code[_position++])); break; // SHORT_BINUNICODE
                case ')': _stack.Push(Array.Empty<object?>()); break; // EMPTY_TUPLE
                case 't': _stack.Push(PopToMark()); break; // TUPLE
                case '\x85': _stack.Push(Pop(1)); break; // TUPLE1
                case '\x86': _stack.Push(Pop(2)); break; // TUPLE2
                case '\x87': _stack.Push(Pop(3)); break; // TUPLE3
                case ']': _stack.Push(new List<object?>()); break; // EMPTY_LIST
                case 'a': Append(Pop(1)); break; // APPEND
                case 'e': Append(PopToMark()); break; // APPENDS
                case '}': _stack.Push(new List<KeyValuePair<object?, object?>>()); break; // EMPTY_DICT
                case 's': SetItems(Pop(2)); break; // SETITEM
                case 'u': SetItems(PopToMark()); break; // SETITEMS
                case 'q': _memo[_code[_position++]] = _stack.Peek(); break; // BINPUT
                case 'r': _memo[Length32()] = _stack.Peek(); break; // LONG_BINPUT
                case '\x94': _memo[_memo.Count] = _stack.Peek(); break; // MEMOIZE
                case 'h': _stack.Push(_memo[_code[_position++]]); break; // BINGET
                case 'j': _stack.Push(_memo[Length32()]); break; // LONG_BINGET
                case 'c': _stack.Push(Global(Line(), Line())); break; // GLOBAL
                case '\x93': PushStackGlobal(); break; // STACK_GLOBAL
                case 'Q': _stack.Push(Storage((object?[])_stack.Pop()!)); break; // BINPERSID
                case 'R': Call(); break; // REDUCE
                case 'b': Build(); break; // BUILD
                default:
                    throw Refuse($"it uses instruction 0x{(int)instruction:x2}, which a dictionary of tensors does not need");
            }
        }
    }

    private Callable Global(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new(CallableKind.OrderedDict, default),
        ("torch._utils", "_rebuild_tensor_v2") => new(CallableKind.RebuildTensor, default),
        ("torch._utils", "_rebuild_parameter") => new(CallableKind.RebuildParameter, default),
        ("torch", _) when Storages.TryGetValue(name, out var type) => new(CallableKind.Storage, type),
        _ => throw Refuse($"it asks for {module}.{name}. Only tensors are read from a checkpoint; do not load this file elsewhere unless you trust its source"),
    };

    private void PushStackGlobal()
    {
        var parts = Pop(2);
        _stack.Push(Global((string)parts[0]!, (string)parts[1]!));
    }

    // ('storage', class, key, device, number of elements)
    private StorageReference Storage(object?[] id) => id is ["storage", Callable { Kind: CallableKind.Storage } storage, string key, string, long length]
        ? new(key, storage.Type, length) : throw Refuse("it refers to something outside that is not a storage");

    private void Call()
    {
        var arguments = (object?[])_stack.Pop()!;
        var callable = (Callable)_stack.Pop()!;
        _stack.Push((callable.Kind, arguments) switch
        {
            (CallableKind.OrderedDict, []) => new List<KeyValuePair<object?, object?>>(),
            (CallableKind.RebuildTensor, [StorageReference storage, long offset, object?[] shape, object?[] strides, ..]) => new PickledTensor(
                storage.Key, storage.Type, storage.Length, offset, Array.ConvertAll(shape, size => (long)size!),
                    Array.ConvertAll(strides, stride => (long)stride!)),
            (CallableKind.RebuildParameter, [PickledTensor tensor, ..]) => tensor,
            _ => throw Refuse($"it calls {callable.Kind} with unexpected arguments"),
        });
    }

    // State of an OrderedDict: torch keeps version numbers of modules there, which nothing here needs.
    private void Build()
    {
        _stack.Pop();
        if (_stack.Peek() is not List<KeyValuePair<object?, object?>>)
            throw Refuse("it gives state to something that is not a dictionary");
    }

    private void Append(object?[] values) => ((List<object?>)_stack.Peek()!).AddRange(values);

    private void SetItems(object?[] values)
    {
        var dictionary = (List<KeyValuePair<object?, object?>>)_stack.Peek()!;
        for (var i = 0; i < values.Length; i += 2)
            dictionary.Add(new(values[i], values[i + 1]));
    }

    private object?[] PopToMark()
    {
        var values = new List<object?>();
        while (_stack.Pop() is var value && !ReferenceEquals(value, Mark))
            values.Add(value);
        values.Reverse();
        return [.. values];
    }

    private object?[] Pop(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            values[i] = _stack.Pop();
        return values;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var bytes = _code.AsSpan(_position, count);
        _position += count;
        return bytes;
    }

    private long Length32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private static long LongInteger(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
            throw new OverflowException("A number of more than 64 bits.");
        var value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private string Text(int bytes) => Encoding.UTF8.GetString(Take(bytes));

    private string Line()
    {
        var length = _code.AsSpan(_position).IndexOf((byte)'\n');
        var line = Text(length);
        _position++;
        return line;
    }

    private CheckpointException Refuse(string what) => new(_path, null, $"data.pkl is refused: {what}.");

    private enum CallableKind
    {
        OrderedDict,
        RebuildTensor,
        RebuildParameter,
        Storage,
    }

    private sealed record Callable(CallableKind Kind, ScalarType Type);

    private sealed record StorageReference(string Key, ScalarType Type, long Length);
}
