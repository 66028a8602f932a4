using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// Chooses tile and split for one size of product and launches <see cref="GemmKernels"/>. Where the product is too small to occupy the
/// device, its long sums are split, the parts go to a workspace, and a second launch adds them up.
/// </summary>
/// <typeparam name="TLeft">The left matrix.</typeparam>
/// <typeparam name="TRight">The right matrix.</typeparam>
/// <typeparam name="TResult">Where the product goes.</typeparam>
internal sealed class GemmLauncher<TLeft, TRight, TResult>
    where TLeft : struct, IGemmOperand
    where TRight : struct, IGemmOperand
    where TResult : struct, IGemmResult
{
    // A part of a sum shorter than this costs more to store and add up than it gains.
    private const int ShortestSplit = 64;

    private const int MostSplits = 1024;

    // Groups of threads that a multiprocessor keeps in flight.
    private const int GroupsPerMultiprocessor = 4;

    private readonly Action<KernelConfig, TLeft, TRight, TResult, GemmSize> multiply;
    private readonly KernelConfig config;
    private readonly GemmSize size;

    public GemmLauncher(DeviceSession session, int groups, int rows, int columns, int depth, bool mayBeSplit)
    {
        var accelerator = session.Accelerator;
        multiply = accelerator.LoadStreamKernel<TLeft, TRight, TResult, GemmSize>(GemmKernels.Multiply);

        int wanted = GroupsPerMultiprocessor * accelerator.NumMultiprocessors;
        int side = GemmKernels.LargestSide;
        bool isLarge = rows > 2 * side && columns > 2 * side && Tiles(side) >= wanted;
        if (!isLarge || side * side > accelerator.MaxNumThreadsPerGroup)
            side /= 2;
        long tiles = Tiles(side);
        int splits = mayBeSplit ? (int)Math.Clamp(wanted / tiles, 1, Math.Clamp(depth / ShortestSplit, 1, MostSplits)) : 1;
        int splitDepth = DivideUp(DivideUp(depth, splits), side) * side;
        Splits = DivideUp(depth, splitDepth);
        size = new GemmSize(rows, columns, depth, splitDepth);
        config = new KernelConfig(new Index2D((int)tiles, Splits), new Index2D(side, side));

        long Tiles(int side) => (long)groups * DivideUp(rows, 4 * side) * DivideUp(columns, 4 * side);
    }

    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    public int Splits { get; }

    public void Run(in TLeft left, in TRight right, in TResult result) => multiply(config, left, right, result, size);

    private static int DivideUp(int value, int divisor) => (value - 1) / divisor + 1;
}
