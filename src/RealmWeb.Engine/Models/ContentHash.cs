using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Hashes what a model computes with, whatever files it came from.</summary>
internal static class ContentHash
{
    /// <summary>Names and float32 values of all weights, in the order of the names.</summary>
    public static void Append(IncrementalHash hash, nn.Module weights)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, weight) in StateDict.Export(weights).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes<float>(weight.cpu().contiguous().data<float>().ToArray()));
        }
    }
}
