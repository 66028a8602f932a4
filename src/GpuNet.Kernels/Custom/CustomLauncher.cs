using System.Reflection;
using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Custom;

/// <summary>
/// Launches a kernel that someone else wrote. GPUs run what ILGPU compiles. A CPU session runs the method itself, a share of the threads on each worker, in the
/// queue of its tile kernels: a launch of ILGPU's CPU accelerator costs 40–80 µs, and a thread a quarter of one.
/// </summary>
/// <typeparam name="A">What the kernel gets besides tensors.</typeparam>
internal sealed class CustomLauncher<A>
    where A : unmanaged
{
    private readonly DeviceSession session;
    private readonly string name;
    private readonly int tensorCount;
    private readonly DeviceLaunch<A>? launch;
    private readonly TileLauncher<CustomTile<A>>? tiles;
    private readonly HostLoop<A> loop;

    /// <summary>Compiles the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tensorCount">How many tensors it takes.</param>
    /// <param name="load">Loads it on an accelerator, in groups of so many threads: what ILGPU returns, and how that is called.</param>
    /// <param name="loop">Calls the method itself for a range of threads.</param>
    /// <exception cref="KernelException">ILGPU cannot compile it.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public CustomLauncher(DeviceSession session, Delegate kernel, int tensorCount, Func<Accelerator, int, (Delegate Loaded, DeviceLaunch<A> Launch)> load, HostLoop<A> loop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(kernel);
        this.session = session;
        this.tensorCount = tensorCount;
        this.loop = loop;
        name = kernel.Method.DeclaringType is { } type ? $"{type.Name}.{kernel.Method.Name}" : kernel.Method.Name;
        ThrowIfHidden();
        // Also where the method itself runs, so that what no GPU can run is refused on every device.
        var (loaded, onDevice) = Load(load);
        if (session.UsesTiles)
        {
            tiles = new(session);
            return;
        }

        session.ThrowUnlessRuns(loaded, $"kernel '{name}'", session.Limits.GroupOf());
        launch = onDevice;
    }

    /// <summary>Launches the kernel, after everything launched before.</summary>
    /// <param name="threads">Threads: indices from 0.</param>
    /// <param name="arguments">What the kernel gets besides tensors.</param>
    /// <param name="tensors">The tensors, in the kernel's order.</param>
    public void Run(long threads, A arguments, ReadOnlySpan<Tensor> tensors)
    {
        if (threads is < 1 or > ShapeException.MostValues)
            throw new KernelException($"kernel '{name}': {threads} threads; there must be at least 1 and at most {ShapeException.MostValues}. Launch one for each value of the result.");
        if (tensors.Length != tensorCount)
            throw new KernelException($"kernel '{name}': {tensors.Length} tensors given, but its method takes {tensorCount}. Pass one for each of its views, in their order.");
        var views = new TensorViews();
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Session != session)
                throw new KernelException($"kernel '{name}': tensor {i} of {tensors.Length} {Whereabouts(tensors[i])}, but the kernel was loaded on '{session.Description.Id}'; both must be of one session. Take the tensor from an arena of that session.");
            views[i] = tensors[i].View;
        }

        if (launch is not null)
            launch((int)threads, arguments, views);
        else
            tiles!.Run(new(loop, (int)threads, arguments, views));
    }

    private static string Whereabouts(Tensor tensor) => tensor.Session is { } other ? $"lies on '{other.Description.Id}' of another session" : "has no memory, as one that no arena handed out";

    private void ThrowIfHidden()
    {
        var type = typeof(A);
        if (!type.IsVisible && !type.Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Any(friend => friend.AssemblyName == Context.RuntimeAssemblyName))
            throw new KernelException($"kernel '{name}': its argument's type {type.Name} is not public; ILGPU's launchers, which read it, must see it. Make it public, and the types that it stands in.");
    }

    private (Delegate Loaded, DeviceLaunch<A> Launch) Load(Func<Accelerator, int, (Delegate Loaded, DeviceLaunch<A> Launch)> load)
    {
        try
        {
            return load(session.Accelerator, session.Limits.GroupOf());
        }
        catch (Exception error) when (session.FailureOf(error) is null)
        {
            throw new KernelException($"kernel '{name}' does not compile for device '{session.Description.Id}': {ReasonOf(error)} A kernel is a static method that works with numbers, structs and views only; docs/write-your-own-kernel.md says what it may use. Open a new session before you load another one.", error);
        }
    }

    // ILGPU wraps what is wrong into where it is.
    private static string ReasonOf(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        string text = error.Message.ReplaceLineEndings(" ").TrimEnd();
        return text.EndsWith('.') ? text : text + ".";
    }
}
