using System.Runtime.InteropServices;
using TorchSharp;

namespace RealmWeb.Engine.Tensors;

/// <summary>Starts libtorch once a process and says on which device it computes.</summary>
/// <remarks>Which libtorch: the folder in <see cref="LibTorchVariable"/> where given, else the build that was published with the program
/// (CPU, or CUDA when built with <c>-p:RealmDevice=cuda</c>). Call <see cref="Start"/> before the first tensor.</remarks>
public static partial class TorchRuntime
{
    /// <summary>Environment variable: a folder with the libraries of another libtorch of the same version, for example of a CUDA build.</summary>
    public const string LibTorchVariable = "REALM_LIBTORCH";

    // What TorchSharp 0.107 is built against; asking TorchSharp itself would load the library that may be missing.
    private const string LibTorchVersion = "2.10";

    private static readonly Lock Gate = new();
    private static bool _started;

    /// <summary>Folder that libtorch was taken from; null where the published one is used.</summary>
    public static string? Folder { get; private set; }

    /// <summary>Loads libtorch (the first call only) and chooses a device.</summary>
    /// <param name="device"><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads of one operation on the CPU; null leaves libtorch's choice, the number of cores.</param>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded, or <c>cuda</c> is asked for and there is none.</exception>
    /// <exception cref="ArgumentException">The device has another name, or there is less than one thread.</exception>
    public static torch.Device Start(string device = "auto", int? threads = null)
    {
        if (device is not ("auto" or "cpu" or "cuda"))
            throw new ArgumentException($"There is no device \"{device}\". Choose auto, cpu or cuda.", nameof(device));
        if (threads is < 1)
            throw new ArgumentException($"{threads} threads cannot compute. Give at least 1, or nothing for one a core.", nameof(threads));
        lock (Gate)
        {
            if (!_started)
                LoadLibraries();
            _started = true;
        }
        if (threads is { } count)
            torch.set_num_threads(count);
        if (device == "cpu")
            return torch.CPU;
        if (HasCuda())
            return torch.CUDA;
        return device == "auto" ? torch.CPU : throw new TorchUnavailableException(
            $"No CUDA device can be used. Check the driver with nvidia-smi, build with -p:RealmDevice=cuda or point {LibTorchVariable} to the folder of a "
                + $"CUDA libtorch, or choose device cpu.");
    }

    /// <summary>Makes weights, dropout and sampling repeat: the same seed, device and thread count give the same numbers.</summary>
    public static void Seed(long seed) => torch.manual_seed(seed);

    // The threads of an operation wait for each other in a loop of some hundred thousand turns before they sleep. Where other work shares the
    // processors, one turns while the other waits for its turn on a processor: training then took five to ten times as long
    // (docs/performance.md). After a thousand turns (microseconds) they sleep. libgomp reads this once, when it is loaded.
    private static void ShortenWaiting()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null
            || Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is not null)
            return;
        // .NET keeps a copy of the environment; native code sees the process's own.
        SetNativeVariable("GOMP_SPINCOUNT", "1000", 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    private static void LoadLibraries()
    {
        ShortenWaiting();
        var folder = Environment.GetEnvironmentVariable(LibTorchVariable);
        try
        {
            if (!string.IsNullOrWhiteSpace(folder))
            {
                Preload(folder);
                Folder = folder;
            }
            // TorchSharp would look further on a failure, copy half a gigabyte of packages and print pages: ask for its library first.
            NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _);
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            // The first real call: a library that loads but does not fit fails here and not in the middle of a job.
            using var one = torch.ones(1);
        }
        catch (Exception exception) when (exception is DllNotFoundException or NotSupportedException or TypeInitializationException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new TorchUnavailableException(
                $"libtorch cannot be loaded ({Reason(exception)}). Publish for this system so that its libtorch comes along, or point {LibTorchVariable} to "
                    + $"the lib folder of libtorch {LibTorchVersion}.", exception);
        }
    }

    private static void Preload(string folder)
    {
        if (!Directory.Exists(folder))
            throw new TorchUnavailableException($"{LibTorchVariable} names {folder}, which is no folder. Point it to the lib folder of a libtorch.");
        string[] order = OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "c10_cuda.dll", "torch_cuda.dll", "torch.dll"]
            : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
            : ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];
        if (!File.Exists(Path.Combine(folder, order[1])))
            throw new TorchUnavailableException($"{LibTorchVariable} names {folder}, which has no {order[1]}. Point it to the lib folder of a libtorch.");
        // What is loaded first answers to that name for everything loaded later, LibTorchSharp included.
        foreach (var path in order.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            NativeLibrary.Load(path);
    }

    private static bool HasCuda()
    {
        try
        {
            return torch.cuda.is_available();
        }
        catch (Exception exception) when (exception is DllNotFoundException or NotSupportedException or TypeInitializationException or ExternalException)
        {
            // A CPU build has no CUDA backend to ask.
            return false;
        }
    }

    // The loader lists every place it looked at; the line that helps names a library or a version that is missing.
    private static string Reason(Exception exception)
    {
        var lines = (exception.InnerException ?? exception).Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains("GLIBC", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(line => line.Contains("undefined symbol", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(line => line.Contains("cannot open", StringComparison.Ordinal) && !line.Contains("LibTorchSharp", StringComparison.Ordinal))
            ?? lines[0].Split(". ")[0];
    }
}

/// <summary>libtorch, or the device asked for, is not there; the message says how to get it.</summary>
public sealed class TorchUnavailableException : Exception
{
    public TorchUnavailableException(string message)
        : base(message)
    {
    }

    public TorchUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public TorchUnavailableException()
    {
    }
}
