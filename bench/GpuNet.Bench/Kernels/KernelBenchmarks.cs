using GpuNet.Bench.Suites;

namespace GpuNet.Bench.Kernels;

/// <summary>What the suites of kernels share: a case's launches on the device. A benchmark launches a pass and waits for the device.</summary>
public abstract class KernelBenchmarks : DeviceBenchmarks
{
    private readonly Action[] launches = new Action[Enum.GetValues<KernelPass>().Length];

    /// <summary>What is measured.</summary>
    protected abstract KernelCase Case { get; }

    private KernelMemory Memory { get; set; } = null!;

    /// <summary>Makes the op and its tensors.</summary>
    protected sealed override void Prepare()
    {
        Memory = new KernelMemory(Session);
        // Once each, in order: a backward pass needs what the forward pass saves.
        foreach (var launch in Case.Open(Memory))
        {
            launches[(int)launch.Pass] = launch.Run;
            Run(launch.Pass);
        }
    }

    /// <inheritdoc/>
    protected sealed override void Free() => Memory.Dispose();

    /// <summary>Launches a pass and waits for the device.</summary>
    /// <param name="pass">One of the case's.</param>
    protected void Run(KernelPass pass)
    {
        launches[(int)pass]();
        Session.Synchronize();
    }
}
