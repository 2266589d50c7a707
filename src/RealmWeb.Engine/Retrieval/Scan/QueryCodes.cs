namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>A query as the scan sees it.</summary>
internal sealed class QueryCodes
{
    public QueryCodes(ReadOnlySpan<float> query)
    {
        var length = 4 * CodeLayout.Quads(query.Length);
        Codes = new sbyte[length];
        Magnitudes = new byte[length];
        Vector = query.ToArray();
        Quantizer.Encode(query, Codes, out var scale, out var residual, out _);
        for (var i = 0; i < length; i++)
            Magnitudes[i] = (byte)Math.Abs((int)Codes[i]);
        Scale = scale;
        Residual = residual;
        Norm = Math.Sqrt(Quantizer.SumOfSquares(query));
    }

    /// <summary>The numbers themselves.</summary>
    public float[] Vector { get; }

    public sbyte[] Codes { get; }

    public byte[] Magnitudes { get; }

    public float Scale { get; }

    /// <summary>‖q - t·c'‖.</summary>
    public double Residual { get; }

    /// <summary>‖q‖.</summary>
    public double Norm { get; }
}
