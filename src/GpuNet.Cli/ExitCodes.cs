using GpuNet.Cli.Commands;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;

namespace GpuNet.Cli;

/// <summary>The exit codes' meanings, and the code of each expected error.</summary>
internal static class ExitCodes
{
    /// <summary>Every code with its meaning, for help texts.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Success, "done"),
        (ExitCode.Bug, "unexpected failure: a bug"),
        (ExitCode.Usage, "bad usage or settings: an option, a policy, a batch size, images that do not fit the model"),
        (ExitCode.Device, "the device is unknown, unusable, has too little memory, or fails to open"),
        (ExitCode.Data, "a data set, a weights file or a file of an earlier run is missing or broken, or cannot be fetched"),
        (ExitCode.Output, "an output folder or file cannot be written"),
        (ExitCode.Diverged, "the loss of a run became NaN or infinite; all logs and results are written"),
        (ExitCode.SelfTestFailed, "a case of the self-test failed; its line says how"),
        (ExitCode.RunStoppedByDevice, "the device failed under a run; what was saved is told, and the command that goes on"),
        (ExitCode.RunStoppedByData, "data changed or could not be read any more under a run; as with 13"),
        (ExitCode.RunStoppedByOutput, "the output folder could not be written any more under a run; as with 13"),
        (ExitCode.Cancelled, "cancelled by Ctrl-C or SIGTERM; what was done is written"),
    ];

    /// <summary>The code of an error; <see cref="ExitCode.Bug"/> for one that nobody foresaw.</summary>
    public static ExitCode Of(Exception error) => error switch
    {
        StoppedRunException { InnerException: { } cause } => Of(cause) switch
        {
            ExitCode.Device => ExitCode.RunStoppedByDevice,
            ExitCode.Data => ExitCode.RunStoppedByData,
            ExitCode.Output => ExitCode.RunStoppedByOutput,
            var other => other,
        },
        LearningRatePolicyException or TrainingException or ShapeException or NetworkException => ExitCode.Usage,
        DeviceException => ExitCode.Device,
        DataException or WeightsException or RunFileException => ExitCode.Data,
        OutputException => ExitCode.Output,
        OperationCanceledException => ExitCode.Cancelled,
        _ => ExitCode.Bug,
    };
}
