namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>Writes the weights of an ONNX export as a safetensors file, without libtorch: it runs where programs are built.</summary>
public static class OnnxConversion
{
    /// <param name="onnx">The export.</param>
    /// <param name="target">The file to write; the same for the same export, to the byte.</param>
    /// <exception cref="CheckpointException">The export is damaged or hostile, or keeps numbers in other files.</exception>
    public static void ToSafetensors(string onnx, string target)
    {
        using var source = new FileStream(onnx, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var weights = OnnxWeights.Of(OnnxGraph.Read(source, onnx)).Values.OrderBy(weight => (weight.Tensor.Type, weight.Name), SafetensorsHeader.Order)
            .ToList();
        using var written = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        written.Write(SafetensorsHeader.Write(weights.Select(weight => (weight.Name, weight.Shape, weight.Tensor.Type))));
        foreach (var weight in weights)
        {
            var bytes = new byte[weight.Tensor.Data.Length];
            source.Position = weight.Tensor.Data.Offset;
            source.ReadExactly(bytes);
            written.Write(weight.Transposed ? Transpose(bytes, weight.Tensor) : bytes);
        }
        written.Flush(flushToDisk: true);
    }

    private static byte[] Transpose(byte[] bytes, OnnxTensor tensor)
    {
        var size = SafetensorsHeader.SizeOf(tensor.Type);
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var turned = new byte[bytes.Length];
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
                bytes.AsSpan((row * columns + column) * size, size).CopyTo(turned.AsSpan((column * rows + row) * size, size));
        }
        return turned;
    }
}
