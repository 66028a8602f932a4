using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// How the portable kernels go through the channels: a thread owns a pixel and walks along a run of channels, with the last ones in a window. The
/// grid's X counts pixels of the batch, so that neighbours read neighbours; its Y counts runs.
/// </summary>
internal readonly struct ChannelWalk
{
    /// <summary>Windows that a thread keeps.</summary>
    public const int Windows = 3;

    // Runs shorter than this many windows would mostly read what their neighbours read too.
    private const int WindowsOfARun = 4;

    private readonly Divider byPlane;

    private ChannelWalk(Shape shape, int run)
    {
        Plane = shape.PlaneSize;
        Image = shape.ImageSize;
        Channels = shape.C;
        Pixels = shape.N * shape.PlaneSize;
        Run = run;
        byPlane = new(Plane);
    }

    /// <summary>Pixels of a plane.</summary>
    public int Plane { get; }

    /// <summary>Values of an image.</summary>
    public int Image { get; }

    /// <summary>Channels of an image.</summary>
    public int Channels { get; }

    /// <summary>Pixels of the batch.</summary>
    public int Pixels { get; }

    /// <summary>Channels of a run.</summary>
    public int Run { get; }

    /// <summary>Plans the launches of a normalisation: long runs, as many as fill the device.</summary>
    /// <param name="limits">The device's.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="size">Channels of a window.</param>
    /// <param name="inRegisters">Whether the windows stay in registers; otherwise as many threads make a group as find room for theirs.</param>
    public static (ChannelWalk Walk, KernelConfig Config) Plan(DeviceLimits limits, Shape shape, int size, bool inRegisters)
    {
        int pixels = shape.N * shape.PlaneSize;
        int group = inRegisters ? limits.Flat(pixels).GroupDim.X : limits.TreeGroupOf(Math.Min(WindowInSharedMemory.Room / (Windows * size), LaunchPlan.UsualGroup));
        int groups = LaunchPlan.DivideUp(pixels, group);
        int wanted = LaunchPlan.DivideUp(limits.Multiprocessors * LaunchPlan.GroupsPerMultiprocessor, groups);
        int runs = Math.Clamp(wanted, 1, Math.Max(shape.C / (WindowsOfARun * size), 1));
        int run = LaunchPlan.DivideUp(shape.C, runs);
        return (new(shape, run), new(new Index2D(groups, LaunchPlan.DivideUp(shape.C, run)), new Index2D(group, 1)));
    }

    /// <summary>Where a pixel of the batch lies in its image's first channel.</summary>
    public int StartOf(int pixel)
    {
        int n = byPlane.Divide(pixel);
        return n * Image + (pixel - n * Plane);
    }
}
