using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Kernels;
using GpuNet.Bench.Rooflines;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>roofline</c>: what the portable matrix products can reach at most on GPUs known by their data sheets, with the plans that those would get.
/// Computed; nothing is run.
/// </summary>
internal sealed class RooflineCommand : Command
{
    private static readonly string[] Hot =
    [
        "cifar10 conv1", "cifar10 conv2", "cifar10 conv3", "alexnet conv1", "alexnet conv2", "alexnet conv3", "alexnet conv4", "alexnet conv5",
        "googlenet conv1", "googlenet conv2 3×3", "googlenet 3a 3×3", "googlenet 3a 5×5 reduce", "googlenet 4a 1×1", "googlenet 4e 3×3", "googlenet 5b 3×3",
    ];

    public RooflineCommand() : base("roofline", "Computes the arithmetic intensity of the hot products and their rooflines on GPUs, from data sheets")
    {
        SetAction(_ => Print(Console.Out));
    }

    /// <summary>Writes the tables, as Markdown.</summary>
    private static void Print(TextWriter output)
    {
        Line($"| product | GFLOP | FLOP/B |{string.Concat(Gpu.All.Select(gpu => $" {gpu.Name} |"))}");
        Line($"|---|---:|---:|{string.Concat(Gpu.All.Select(_ => "---|"))}");
        foreach (var of in MatrixMultiplyCase.All)
            Row(of.Name, Product.Of(of.Geometry));
        foreach (var of in ConvolutionCase.All.Where(of => Hot.Contains(of.Name)))
        {
            var geometry = of.Geometry with { Input = of.Geometry.Input.WithBatch(BatchOf(of.Name)) };
            foreach (var pass in of.Passes.Where(pass => !of.IsFirst || pass != KernelPass.BackwardData))
                Row($"{of.Name} {pass switch { KernelPass.Forward => "forward", KernelPass.BackwardData => "data", _ => "weights" }}", Product.Of(geometry, pass));
        }

        void Row(string name, Product product) =>
            Line($"| {name} | {product.Flops / 1e9:F2} | {product.Flops / product.Bytes:F0} |{string.Concat(Gpu.All.Select(gpu => Cell(product, gpu)))}");

        void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Cell(Product product, Gpu gpu)
    {
        var bound = product.On(gpu);
        return string.Create(
            CultureInfo.InvariantCulture,
            $" {bound.FlopsPerSecond / 1e12:F1} T, {bound.FlopsPerSecond / gpu.FlopsPerSecond:P0}{(bound.IsMemory ? " (memory)" : "")}, {bound.Variant}{(bound.Splits > 1 ? $"/{bound.Splits}" : "")} |");
    }

    // The batch sizes of Caffe's solvers.
    private static int BatchOf(string name) => name.Split(' ')[0] switch
    {
        "cifar10" => 100,
        "alexnet" => 256,
        _ => 32,
    };
}
