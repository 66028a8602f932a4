using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;
using View = ILGPU.ArrayView<float>;

namespace GpuNet.Kernels.Custom;

/// <summary>
/// A kernel of your own: a static method that is run once for each index from 0, by one thread each, and reads and writes views of tensors. The same method runs on
/// every device. Threads run in no order and do not see each other: each writes what no other reads or writes. Groups, shared memory and barriers are not there.
/// Nothing checks that an index lies within a view. Hold on to the kernel, and launch it as often as you like: a launch allocates nothing.
/// </summary>
public sealed class TensorKernel
{
    private readonly CustomLauncher<byte> launcher;

    private TensorKernel(CustomLauncher<byte> launcher) => this.launcher = launcher;

    /// <summary>Compiles a kernel of one tensor.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View> kernel) => new(new(
        session,
        kernel,
        1,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0]);
        }));

    /// <summary>Compiles a kernel of two tensors.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View, View> kernel) => new(new(
        session,
        kernel,
        2,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0], v[1]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0], v[1]);
        }));

    /// <summary>Compiles a kernel of three tensors.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View, View, View> kernel) => new(new(
        session,
        kernel,
        3,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0], v[1], v[2]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0], v[1], v[2]);
        }));

    /// <summary>Compiles a kernel of four tensors.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View, View, View, View> kernel) => new(new(
        session,
        kernel,
        4,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0], v[1], v[2], v[3]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0], v[1], v[2], v[3]);
        }));

    /// <summary>Compiles a kernel of five tensors.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View, View, View, View, View> kernel) => new(new(
        session,
        kernel,
        5,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0], v[1], v[2], v[3], v[4]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0], v[1], v[2], v[3], v[4]);
        }));

    /// <summary>Compiles a kernel of six tensors.</summary>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel Load(DeviceSession session, Action<Index1D, View, View, View, View, View, View> kernel) => new(new(
        session,
        kernel,
        6,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, byte _, in TensorViews v) => loaded(threads, v[0], v[1], v[2], v[3], v[4], v[5]));
        },
        (int begin, int end, byte _, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, v[0], v[1], v[2], v[3], v[4], v[5]);
        }));

    /// <summary>Compiles a kernel of one tensor and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        1,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0]);
        }));

    /// <summary>Compiles a kernel of two tensors and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        2,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0], v[1]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0], v[1]);
        }));

    /// <summary>Compiles a kernel of three tensors and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View, View, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        3,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0], v[1], v[2]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0], v[1], v[2]);
        }));

    /// <summary>Compiles a kernel of four tensors and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View, View, View, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        4,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0], v[1], v[2], v[3]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0], v[1], v[2], v[3]);
        }));

    /// <summary>Compiles a kernel of five tensors and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View, View, View, View, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        5,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0], v[1], v[2], v[3], v[4]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0], v[1], v[2], v[3], v[4]);
        }));

    /// <summary>Compiles a kernel of six tensors and arguments.</summary>
    /// <typeparam name="TArguments">A number, or a public struct of numbers.</typeparam>
    /// <param name="session">The device.</param>
    /// <param name="kernel">A static method: the index, the arguments, then a view for each tensor.</param>
    /// <returns>The kernel, for this device.</returns>
    /// <exception cref="KernelException">It does not compile.</exception>
    /// <exception cref="DeviceException">The driver cannot run it.</exception>
    public static TensorKernel<TArguments> Load<TArguments>(DeviceSession session, Action<Index1D, TArguments, View, View, View, View, View, View> kernel)
        where TArguments : unmanaged => new(new(
        session,
        kernel,
        6,
        (accelerator, group) =>
        {
            var loaded = accelerator.LoadImplicitlyGroupedStreamKernel(kernel, group);
            return (loaded, (Index1D threads, TArguments arguments, in TensorViews v) => loaded(threads, arguments, v[0], v[1], v[2], v[3], v[4], v[5]));
        },
        (int begin, int end, TArguments arguments, in TensorViews v) =>
        {
            for (int i = begin; i < end; i++)
                kernel(i, arguments, v[0], v[1], v[2], v[3], v[4], v[5]);
        }));

    /// <summary>Launches the kernel, after everything launched before, and returns at once.</summary>
    /// <param name="threads">How many threads: the indices run from 0 to this, less 1. Often the length of the result, in values.</param>
    /// <param name="tensors">The tensors, any shape, in the order of the method's views.</param>
    /// <exception cref="KernelException">There are no threads or too many, the number of tensors is not the method's, or one is of another session.</exception>
    public void Run(long threads, params ReadOnlySpan<Tensor> tensors) => launcher.Run(threads, 0, tensors);
}
