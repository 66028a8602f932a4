using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet time</c>: what each layer's passes take in a training step.</summary>
internal sealed class TimeCommand : Command, INotedCommand
{
    private const int Iterations = 30;

    private readonly CliConsole console;
    private readonly InputOptions input;
    private readonly Option<int?> iterations = OptionFactory.Whole<int>("--iterations", $"Training steps to time, after a warm-up [default: {Iterations}]", "a whole number, 1 or more");
    private readonly CompilationOptions compilation;
    private readonly DeviceOption device;

    public TimeCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation) : base("time", "Time a model's training step layer by layer: forward, backward, update")
    {
        this.console = console;
        input = new InputOptions(this);
        Options.Add(iterations);
        compilation = new CompilationOptions(this);
        device = new DeviceOption(this, open);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "The images are random: what a step takes does not depend on them. Figures are medians over the iterations. On the processor the same run measures",
        "its multiply-add peak, and the table has each pass's share of it; on other devices the timers wait after each pass, so the sum is above the step.",
        "",
        "Examples:",
        "  gpunet time",
        "  gpunet time --model cifar10_full --batch 64 --input 1x28x28 --device cpu",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        int steps = parsed.GetValue(iterations) ?? Iterations;
        StepTimer.ThrowIfInvalid(steps);
        var (chosen, network) = input.Build(parsed);
        using var session = device.Open(parsed, console);
        using var timer = new StepTimer(session, network, compilation.Of(parsed));
        device.Announce(parsed, console, session);
        var times = timer.Run(steps, cancellation);
        console.Show($"Training step of {chosen.Name}, batch {network.Input.Shape.N} of {network.Input.Shape.C}×{network.Input.Shape.H}×{network.Input.Shape.W}, device {session.Description.Id}; medians of {steps} iterations");
        console.Show(times.Columns, times.Rows);
        foreach (string note in times.Notes)
            console.Show(note);
        return ExitCode.Success;
    }
}
