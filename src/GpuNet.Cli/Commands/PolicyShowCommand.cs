using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Training;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet policy show</c>: plots a policy and counts its cycles.</summary>
internal sealed class PolicyShowCommand : Command, INotedCommand
{
    // CIFAR-10, as Caffe trains on it.
    private const int Images = 50_000, Batch = 100;

    private readonly CliConsole console;
    private readonly Argument<LearningRatePolicy> policy = OptionFactory.PolicyArgument("Learning rate of each iteration; forms below");
    private readonly Option<long?> iterations = OptionFactory.Whole<long>("--iterations", "Updates of the run [default: those that the policy is made for, otherwise three cycles or a few intervals]", $"a whole number from 1 to {TrainingOptions.MaxIterations}");
    private readonly Option<int?> images = OptionFactory.Whole<int>("--images", $"Training images, of which epochs are counted [default: {Images}, CIFAR-10's]", "a whole number, 1 or more");
    private readonly Option<int?> batch = OptionFactory.Whole<int>("--batch", $"Images of an update [default: {Batch}]", "a whole number, 1 or more");
    private readonly Option<string?> output = OptionFactory.Text("--out", "FILE", $"File to write the rates to: a plot (.png, .svg) or the rate of every iteration (.csv); an existing one is replaced [default: none]");

    public PolicyShowCommand(CliConsole console) : base("show", "Plot a learning-rate policy, and count its cycles and epochs")
    {
        this.console = console;
        output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !PolicyFile.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
                result.AddError($"--out is '{path}'; its name must end in .png or .svg for a plot, or in .csv for the numbers.");
        });
        Arguments.Add(policy);
        foreach (Option option in new Option[] { iterations, images, batch, output })
            Options.Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet policy show triangular2:base=0.001,max=0.005,step=2000",
        "  gpunet policy show exp_range:base=0.001,max=0.006,step=2000,gamma=0.99994 --iterations 20000 --out rate.png",
        "  gpunet policy show one_cycle:max=0.01,iterations=4000 --images 10000 --batch 50",
        "",
        .. OptionFactory.PolicyForms,
    ];

    private ExitCode Run(ParseResult parsed)
    {
        var plan = PolicyPlan.Of(parsed.GetRequiredValue(policy));
        if (parsed.GetValue(iterations) is { } asked)
            plan = plan with { Iterations = asked };
        plan.ThrowIfInvalid();
        double epoch = (double)Positive("images", parsed.GetValue(images) ?? Images) / Positive("batch", parsed.GetValue(batch) ?? Batch);
        if (parsed.GetValue(output) is { } path)
        {
            PolicyFile.Write(path, plan);
            console.Note($"Written: {path}.");
        }

        console.Show($"{plan.Policy}");
        console.Show("");
        PolicyView.ShowChart(console, plan, epoch);
        PolicyView.ShowTable(console, plan, epoch);
        if (plan.CycleWarning is { } warning)
            console.Warn(warning);
        return ExitCode.Success;
    }

    private static int Positive(string name, int value) => value >= 1 ? value : throw new TrainingException($"--{name} is {value}; it must be 1 or more, since epochs are counted by it.");
}
