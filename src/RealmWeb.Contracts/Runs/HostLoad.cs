namespace RealmWeb.Contracts.Runs;

/// <summary>How busy the site's machine is. What cannot be known there is null.</summary>
/// <param name="Processors">Share of the processors' time that was used lately, 0..1.</param>
/// <param name="DiskFree">Bytes that the site may still write where its data lie.</param>
/// <param name="GraphicsMemoryUsed">Of all graphics processors together.</param>
public sealed record HostLoad(
    double? Processors, int Cores, long? MemoryUsed, long? MemoryTotal, long DiskFree, long DiskTotal, long? GraphicsMemoryUsed, long? GraphicsMemoryTotal);
