using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>Matrices in 8 bits a number: each row as whole numbers from -127 to 127 and one factor.</summary>
public static class RowCodes
{
    internal const string ScaleEnding = ".row_scale";
    private const float Largest = 127;

    /// <summary>What a matrix is stored as.</summary>
    /// <param name="matrix">Shape [rows, columns], finite; stays the caller's.</param>
    /// <returns>The codes under the matrix's name and the rows' factors beside them; the caller disposes both.</returns>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Encode(string name, Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // [rows, 1]; a row of zeros has any factor
        var scale = matrix.abs().amax([1], keepdim: true).div(Largest).clamp_min(float.Epsilon);
        // [rows, columns]
        var codes = matrix.div(scale).round().clamp(-Largest, Largest).to(ScalarType.Int8);
        return [(name, codes.MoveToOuterDisposeScope()), (name + ScaleEnding, scale.squeeze(1).MoveToOuterDisposeScope())];
    }

    /// <summary>The file with its coded matrices as the matrices that they stand for.</summary>
    public static ITensorFile Decode(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Names.Any(name => name.EndsWith(ScaleEnding, StringComparison.Ordinal)) ? new RowCodedTensors(file) : file;
    }
}

/// <summary>Reads coded matrices back; owns the file.</summary>
internal sealed class RowCodedTensors : ITensorFile
{
    private readonly ITensorFile _file;
    private readonly HashSet<string> _coded;

    public RowCodedTensors(ITensorFile file)
    {
        _file = file;
        var scales = file.Names.Where(name => name.EndsWith(RowCodes.ScaleEnding, StringComparison.Ordinal)).ToList();
        _coded = [.. scales.Select(name => name[..^RowCodes.ScaleEnding.Length])];
        Names = [.. file.Names.Except(scales)];
        foreach (var name in _coded)
        {
            if (!file.Contains(name) || file.TypeOf(name) != ScalarType.Int8 || file.ShapeOf(name) is not [var rows, _]
                || file.ShapeOf(name + RowCodes.ScaleEnding) is not [var factors] || rows != factors)
                throw new CheckpointException(
                    file.Path, name, "it should be a matrix of codes with a factor for each row. The file was altered; take another copy.");
        }
    }

    public string Path => _file.Path;

    public IReadOnlyList<string> Names { get; }

    public bool Contains(string name) => _file.Contains(name) && !name.EndsWith(RowCodes.ScaleEnding, StringComparison.Ordinal);

    public ScalarType TypeOf(string name) => _coded.Contains(name) ? ScalarType.Float32 : _file.TypeOf(name);

    public IReadOnlyList<long> ShapeOf(string name) => _file.ShapeOf(name);

    public Tensor Load(string name, ScalarType? type = null) =>
        _coded.Contains(name) ? LoadRows(name, 0, ShapeOf(name)[0], type) : _file.Load(name, type);

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null)
    {
        if (!_coded.Contains(name))
            return _file.LoadRows(name, from, count, type);
        using var scope = NewDisposeScope();
        // [count, columns], [count, 1]
        var codes = _file.LoadRows(name, from, count, ScalarType.Float32);
        var scale = _file.LoadRows(name + RowCodes.ScaleEnding, from, count, ScalarType.Float32).unsqueeze(1);
        return codes.mul(scale).to(type ?? ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public void Dispose() => _file.Dispose();
}
