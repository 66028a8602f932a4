using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Kernels;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Commands;

/// <summary><c>choice</c>: by which algorithm each pass of a convolution is computed, and why.</summary>
internal sealed class ChoiceCommand : Command
{
    private readonly Option<Shape?> input = new("--input")
    {
        Description = "Shape of the input, such as 16x256x13x13; without it every layer that is measured is shown",
        HelpName = "NxCxHxW",
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            int[] sizes = [.. text.Split('x', '×').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
            if (sizes is [> 0, > 0, > 0, > 0])
                return new Shape(sizes[0], sizes[1], sizes[2], sizes[3]);
            argument.AddError($"--input is '{text}'; it must be batch x channels x height x width, each 1 or more, such as 16x256x13x13.");
            return null;
        },
    };

    private readonly Option<int> outputs = CommonOptions.AtLeastOne("--outputs", "Output channels", 32);
    private readonly Option<int> filter = CommonOptions.AtLeastOne("--filter", "Side of the filter", 3);
    private readonly Option<int> stride = CommonOptions.AtLeastOne("--stride", "Pixels from one window to the next", 1);
    private readonly Option<int> padding = CommonOptions.Whole("--padding", "Zero pixels at each side", 0, least: 0);
    private readonly Option<int> groups = CommonOptions.AtLeastOne("--groups", "Groups of channels", 1);
    private readonly Option<bool> noWinograd = CommonOptions.NoWinograd();
    private readonly Option<string> device = CommonOptions.Device();

    public ChoiceCommand() : base("choice", "Shows by which algorithm each pass of a convolution is computed, and why")
    {
        foreach (Option option in new Option[] { input, outputs, filter, stride, padding, groups, noWinograd, device })
            Options.Add(option);
        Validators.Add(result =>
        {
            // Without an input there is no layer that they could describe.
            var without = new Option[] { outputs, filter, stride, padding, groups }.Where(option => result.GetResult(option) is { Implicit: false });
            if (result.GetResult(input) is null && without.FirstOrDefault() is { } lost)
                result.AddError($"{lost.Name} describes one layer, and there is no --input; without it every layer that is measured is shown. Add --input NxCxHxW, or leave {lost.Name} out.");
        });
        SetAction(parsed =>
        {
            using var session = DeviceCatalog.Open(parsed.GetValue(device)!);
            var options = new ConvolutionOptions { AllowWinograd = !parsed.GetValue(noWinograd) };
            if (parsed.GetValue(input) is { } shape)
            {
                var geometry = new ConvolutionGeometry(shape, parsed.GetValue(outputs), parsed.GetValue(filter), parsed.GetValue(stride), parsed.GetValue(padding), 1, parsed.GetValue(groups));
                Print($"{shape} → {geometry.OutputChannels} channels, filter {geometry.Filter}, stride {geometry.Stride}, padding {geometry.Padding}, {Counted.Of(geometry.Groups, "group")}", geometry);
                return 0;
            }

            foreach (var layer in ConvolutionCase.All)
                Print(layer.Name, layer.Geometry);
            return 0;

            void Print(string name, ConvolutionGeometry geometry)
            {
                var choice = new ConvolutionOp(session, geometry, options).Choice;
                Console.WriteLine(name);
                Console.WriteLine($"  forward  {choice.Forward}");
                Console.WriteLine($"  data     {choice.BackwardData}");
                Console.WriteLine($"  weights  {choice.BackwardWeights}");
            }
        });
    }
}
