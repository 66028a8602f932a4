using System.CommandLine;
using GpuNet.Bench;
using GpuNet.Bench.Commands;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

var root = new RootCommand("Measures GpuNet: against its bars and PyTorch, layer by layer, kernel by kernel, and its memory. See bench/README.md.")
{
    new PeaksCommand(),
    new BarsCommand(),
    new ChoiceCommand(),
    new PeersCommand(),
    new StepCommand(),
    new MemoryCommand(),
    new KernelsCommand(),
};

try
{
    return root.Parse(args.Length == 0 ? ["--help"] : args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is BenchException or DeviceException or ShapeException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
