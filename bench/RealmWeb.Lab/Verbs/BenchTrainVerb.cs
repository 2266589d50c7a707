using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealmWeb.Cli;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.Engine.Training;
using RealmWeb.Lab.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Lab.Verbs;

/// <summary><c>realm-lab bench train</c></summary>
internal static class BenchTrainVerb
{
    private const int VocabularySize = 30522;
    private const int CpuProductSize = 2048;
    private const int CudaProductSize = 8192;

    public static Command Create()
    {
        var sizes = new Option<string[]>("--sizes")
        {
            Description = "Encoders as layers x width.",
            DefaultValueFactory = _ => ["4x256", "12x768"],
            AllowMultipleArgumentsPerToken = true,
        };
        var batch = new Option<int>("--batch") { Description = "Inputs of a step.", DefaultValueFactory = _ => 16 };
        var length = new Option<int>("--length") { Description = "Pieces of an input.", DefaultValueFactory = _ => 128 };
        var steps = new Option<int>("--steps") { Description = "Steps that are measured, after three that are not.", DefaultValueFactory = _ => 10 };
        var precision = new Option<ComputePrecision>("--precision")
        {
            Description = "fp32, or bf16 on a CUDA device.",
            DefaultValueFactory = _ => ComputePrecision.Fp32,
        }.OneOf();
        var python = new Option<string?>("--pytorch") { Description = "A Python with PyTorch, in which the same steps are measured too." };
        var command = new Command("train", "Steps of masked language modelling with random weights, beside the fastest matrix product of this machine.")
        {
            sizes, batch, length, steps, precision, python
        };
        command.SetAction(VerbContext.Run(async context =>
        {
            var device = context.StartTorch();
            var bf16 = context.Parsed.GetValue(precision) == ComputePrecision.Bf16;
            if (bf16 && device.type != DeviceType.CUDA)
                throw new ArgumentException($"--precision bf16 is for CUDA devices, but tensors are on {device}. Leave it out.");
            var kept = Allocator.KeepFreedMemory();
            var measured = new List<TrainMeasurement>();
            foreach (var size in context.Parsed.GetValue(sizes)!)
            {
                if (size.Split('x') is not [var layerText, var widthText] || !int.TryParse(layerText, out var layers)
                    || !int.TryParse(widthText, out var width) || width % 64 != 0)
                    throw new ArgumentException($"\"{size}\" is no encoder. Write layers x width, the width a multiple of 64, for example 4x256.");
                context.Progress.Log("info", $"{size}: {context.Parsed.GetValue(steps)} steps");
                var own = Measure(size, layers, width, context.Parsed.GetValue(batch), context.Parsed.GetValue(length), context.Parsed.GetValue(steps), bf16,
                    device, context.Cancelled);
                if (context.Parsed.GetValue(python) is { } interpreter)
                {
                    own = own with
                    {
                        PyTorch = await PyTorchComparison.RunAsync(
                            interpreter,
                            new { layers, width, vocabulary = VocabularySize, batch = own.Batch, length = own.Length, masks = own.Masks, steps = own.Steps,
                                bf16, device = device.type == DeviceType.CUDA ? "cuda" : "cpu", threads = context.Parsed.GetValue(SharedOptions.Threads) },
                            context.Cancelled),
                    };
                }
                measured.Add(own);
            }
            context.Print(
                new { device = device.ToString(), precision = bf16 ? "bf16" : "fp32", threads = get_num_threads(), processors = Environment.ProcessorCount,
                    keepsFreedMemory = kept, vocabulary = VocabularySize, measured },
                measured.Select(result =>
                    string.Create(CultureInfo.InvariantCulture,
                    $"{result.Size}: {result.TokensPerSecond:N0} tokens/s, step {result.StepMs:N0} ms (optimiser {result.OptimizerMs:N0} ms), "
                    + $"{result.GigaFlops:F1} GFLOP/s of {result.PeakGigaFlops:F1} ({100 * result.Share:F0} %; {100 * result.ShareOfCpuTime:F0} % by "
                    + $"processor time, {result.CpuCores:F2} cores busy), {result.FaultsPerStep:N0} page faults a step, {result.MemoryMiB:N0} "
                    + $"MiB{(result.PyTorch is { } other ? $"; PyTorch {other.Version} {other.TokensPerSecond:N0} tokens/s" : "")}")));
        }));
        return command;
    }

    private static TrainMeasurement Measure(
        string size, int layers, int width, int batch, int length, int steps, bool bf16, Device device, CancellationToken cancellationToken)
    {
        var options = new BertOptions { LayerCount = layers, HiddenSize = width, HeadCount = width / 64, IntermediateSize = 4 * width };
        var vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, VocabularySize - 5).Select(Word)]);
        using var model = RealmModel.Create("bench", new ModelOptions { Encoder = options }, vocabulary, null, null, seed: 1, device).WithHead(1);
        // Longer than an input, so that none is padded.
        var random = SeededRandom.At(1, 0);
        var blocks = Enumerable.Range(0, 64)
            .Select(_ => Block.Create("", string.Join(' ', Enumerable.Range(0, 2 * length).Select(_ => Word(random.Next(5, VocabularySize)))), 0)).ToList();
        var training = new TrainingOptions { BatchSize = batch };
        var objective = new MaskedLanguageModelObjective(model, blocks, training, length, new UniformMasking(vocabulary));
        using var optimizer = new BertAdamW(objective.Module, training.Schedule(), training.Rule());
        objective.Module.train();
        for (var step = 0; step < 3; step++)
            Step();

        // Before and after: other work on the machine comes and goes.
        var peak = PeakProduct(device, bf16);
        var optimizing = 0.0;
        var (faults, busy, started) = (Allocator.PageFaults(), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            optimizing += Step();
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        busy = Environment.CpuUsage.TotalTime - busy;
        faults = Allocator.PageFaults() - faults;
        var again = PeakProduct(device, bf16);
        peak = (Math.Max(peak.PerSecond, again.PerSecond), Math.Max(peak.PerCpuSecond, again.PerCpuSecond));
        using var process = Process.GetCurrentProcess();

        // As the masking takes them: 15 % of the pieces between [CLS] and [SEP], rounded up.
        var masks = batch * (long)Math.Ceiling(0.15 * (length - 2));
        var flops = steps * MatrixProducts.MaskedLanguageModelStep(model.Options.Encoder, batch, length, masks);
        return new TrainMeasurement(
            size, batch, length, masks, steps, (double)steps * batch * length / seconds, 1000 * seconds / steps, 1000 * optimizing / steps,
                flops / seconds / 1e9,
            peak.PerSecond / 1e9, flops / seconds / peak.PerSecond, flops / busy.TotalSeconds / peak.PerCpuSecond, busy.TotalSeconds / seconds,
                (double?)faults / steps, process.WorkingSet64 / 1048576.0);

        double Step()
        {
            using var scope = NewDisposeScope();
            manual_seed(optimizer.StepCount);
            optimizer.ZeroGradients();
            using (bf16 ? new Autocast(device.type) : null)
                ((IObjective)objective).Backward(optimizer.StepCount);
            // Waits for the device, so that the gradients' time is not taken for the optimiser's.
            if (device.type == DeviceType.CUDA)
                cuda.synchronize();
            var begun = Stopwatch.GetTimestamp();
            optimizer.Step();
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
    }

    /// <summary>Floating-point operations of the best of several large matrix products: a second, and a second of processor time, which is what
    /// compares where other work takes the processors away.</summary>
    private static (double PerSecond, double PerCpuSecond) PeakProduct(Device device, bool bf16)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var size = device.type == DeviceType.CUDA ? CudaProductSize : CpuProductSize;
        var type = bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var (a, b) = (rand([size, size], device: device).to(type), rand([size, size], device: device).to(type));
        var (seconds, busy) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 12; i++)
        {
            var (begun, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            using var product = a.matmul(b);
            // Reading a number waits for the device.
            using var first = product[0, 0].to(ScalarType.Float32);
            first.item<float>();
            seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            busy = Math.Min(busy, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }
        var operations = 2.0 * size * size * size;
        return (operations / seconds, operations / busy);
    }

    private static string Word(int number) => string.Create(CultureInfo.InvariantCulture, $"w{number}");

    private sealed record TrainMeasurement(
        string Size, int Batch, int Length, long Masks, int Steps, double TokensPerSecond, double StepMs, double OptimizerMs, double GigaFlops,
            double PeakGigaFlops,
        double Share, double ShareOfCpuTime, double CpuCores, double? FaultsPerStep, double MemoryMiB)
    {
        /// <summary>The same steps in PyTorch, where it was asked for.</summary>
        public PyTorchComparison.Result? PyTorch { get; init; }
    }
}
