using GpuNet.Cli.Commands;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;

namespace GpuNet.Cli.Tests;

/// <summary>Each expected error has its code; everything else is a bug.</summary>
public sealed class ExitCodeTests
{
    private static IEnumerable<TestCaseData> Errors()
    {
        yield return Case(ExitCode.Usage, new LearningRatePolicyException(""));
        yield return Case(ExitCode.Usage, new TrainingException(""));
        yield return Case(ExitCode.Usage, new ShapeException(""));
        yield return Case(ExitCode.Usage, new NetworkException(""));
        yield return Case(ExitCode.Device, new DeviceException(""));
        yield return Case(ExitCode.Data, new DataException(""));
        yield return Case(ExitCode.Data, new WeightsException(""));
        yield return Case(ExitCode.Output, new OutputException(""));
        yield return Case(ExitCode.RunStoppedByDevice, new StoppedRunException("", new DeviceException("")));
        yield return Case(ExitCode.RunStoppedByData, new StoppedRunException("", new DataException("")));
        yield return Case(ExitCode.RunStoppedByOutput, new StoppedRunException("", new OutputException("")));
        yield return Case(ExitCode.Usage, new StoppedRunException("", new TrainingException("")));
        yield return Case(ExitCode.Cancelled, new OperationCanceledException());
        yield return Case(ExitCode.Bug, new InvalidOperationException());
        yield return Case(ExitCode.Bug, new IOException());
    }

    [TestCaseSource(nameof(Errors))]
    public void An_error_has_its_code(int code, Exception error) => Assert.That((int)ExitCodes.Of(error), Is.EqualTo(code));

    [Test]
    public void Every_code_has_one_meaning() =>
        Assert.That(ExitCodes.All.Select(entry => entry.Code), Is.EqualTo(Enum.GetValues<ExitCode>()));

    private static TestCaseData Case(ExitCode code, Exception error) => new TestCaseData((int)code, error).SetArgDisplayNames($"{code}", error.GetType().Name);
}
