using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data;
using RealmWeb.Files;

namespace RealmWeb.Server.Runs;

/// <summary>Reads how busy the machine is, when somebody asks. What the system does not tell stays unknown.</summary>
internal sealed class HostMeter(RealmPaths paths, TimeProvider time) : IDisposable
{
    // Two looks that follow each other at once say nothing about a share of time.
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GraphicsFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GraphicsPatience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (long At, long Busy, long All)? _before;
    private double? _processors;
    private (long At, (long Used, long Total)? Memory)? _graphics;
    private bool _noGraphics;

    public async Task<HostLoad> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var memory = MemoryRoom.Machine();
            if (File.Exists("/proc/stat") && ProcessorsOf((await File.ReadAllLinesAsync("/proc/stat", cancellationToken))[0]) is var (busy, all))
                Note(busy, all);
            var disk = new DriveInfo(paths.Root);
            var graphics = await GraphicsAsync(cancellationToken);
            return new HostLoad(
                _processors, Environment.ProcessorCount, memory?.Total - memory?.Available, memory?.Total,
                disk.AvailableFreeSpace, disk.TotalSize, graphics?.Used, graphics?.Total);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Ticks of the first line of /proc/stat: those of work, and all.</summary>
    internal static (long Busy, long All) ProcessorsOf(string line)
    {
        // user nice system idle iowait irq softirq steal; guests are counted in user already.
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var all = ticks.Sum();
        return (all - ticks[3] - ticks[4], all);
    }

    /// <summary>Bytes in what nvidia-smi prints, a line a processor: "used, total" in MiB.</summary>
    internal static (long Used, long Total)? GraphicsOf(string output)
    {
        var (used, total) = (0L, 0L);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var one)
                || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var of))
                return null;
            (used, total) = (used + (one << 20), total + (of << 20));
        }
        return total > 0 ? (used, total) : null;
    }

    private void Note(long busy, long all)
    {
        var now = time.GetTimestamp();
        if (_before is var (at, busyBefore, allBefore))
        {
            if (time.GetElapsedTime(at, now) < ShortestSpan || all == allBefore)
                return;
            _processors = Math.Clamp((double)(busy - busyBefore) / (all - allBefore), 0, 1);
        }
        _before = (now, busy, all);
    }

    // Asking takes a process of its own, so an answer holds for a while; where there is no such program nobody asks again.
    private async Task<(long Used, long Total)?> GraphicsAsync(CancellationToken cancellationToken)
    {
        if (_noGraphics)
            return null;
        if (_graphics is var (at, known) && time.GetElapsedTime(at) < GraphicsFor)
            return known;
        var start = new ProcessStartInfo("nvidia-smi") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("--query-gpu=memory.used,memory.total");
        start.ArgumentList.Add("--format=csv,noheader,nounits");
        try
        {
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(GraphicsPatience);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            _graphics = (time.GetTimestamp(), GraphicsOf(output));
        }
        catch (Win32Exception)
        {
            _noGraphics = true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _graphics = (time.GetTimestamp(), null);
        }
        return _graphics?.Memory;
    }
}
