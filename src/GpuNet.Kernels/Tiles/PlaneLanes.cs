using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>Moves rows of neighbouring planes into lanes, [pixel][plane], and back.</summary>
internal static class PlaneLanes
{
    /// <summary>Pixels of room behind those of a block: what a transposition of them stores or reads too much.</summary>
    public const int Slack = 16;

    /// <summary>Moves a block of as many planes as there are lanes into lanes, row after row.</summary>
    /// <param name="planes">The block's first value in the first plane.</param>
    /// <param name="planeStride">Values from a plane to the next.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="rowStride">Values of a plane from a row to the next.</param>
    /// <param name="columns">Columns of the block.</param>
    /// <param name="lanes">Gets the pixels, with <see cref="Slack"/> behind them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<S, V>(ref float planes, nint planeStride, int rows, int rowStride, int columns, ref float lanes)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint ahead = Ahead<S, V>(planeStride, rows, rowStride, columns);
        if (columns == rowStride)
        {
            columns *= rows;
            rows = 1;
        }
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i += S.Width)
            {
                ref float from = ref Unsafe.Add(ref planes, (nint)row * rowStride + i);
                PrefetchBlock<S, V>(ref from, planeStride, ahead);
                S.Transpose(ref from, planeStride, ref Unsafe.Add(ref lanes, ((nint)row * columns + i) * S.Width), S.Width, S.Width);
            }
        }
    }

    /// <summary>Moves a block back into its planes.</summary>
    /// <param name="lanes">The pixels, row after row, with <see cref="Slack"/> behind them.</param>
    /// <param name="planes">Gets the block: its first value in the first plane.</param>
    /// <param name="planeStride">Values from a plane to the next.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="rowStride">Values of a plane from a row to the next.</param>
    /// <param name="columns">Columns of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<S, V>(ref float lanes, ref float planes, nint planeStride, int rows, int rowStride, int columns)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint ahead = Ahead<S, V>(planeStride, rows, rowStride, columns);
        if (columns == rowStride)
        {
            columns *= rows;
            rows = 1;
        }
        for (int row = 0; row < rows; row++)
        {
            ref float from = ref Unsafe.Add(ref lanes, (nint)row * columns * S.Width), to = ref Unsafe.Add(ref planes, (nint)row * rowStride);
            for (int i = 0; i < columns; i += S.Width)
            {
                PrefetchBlock<S, V>(ref Unsafe.Add(ref to, i), planeStride, ahead);
                S.Transpose(ref Unsafe.Add(ref from, (nint)i * S.Width), S.Width, ref Unsafe.Add(ref to, i), planeStride, columns - i);
            }
        }
    }

    // How far the next block of the same size lies: further down the planes, or in the next group of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Ahead<S, V>(nint planeStride, int rows, int rowStride, int columns)
        where S : struct, ISimd<V>
        where V : struct =>
        columns == rowStride && rows * columns == planeStride ? S.Width * planeStride : (nint)rows * rowStride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchBlock<S, V>(ref float planes, nint planeStride, nint ahead)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int plane = 0; plane < S.Width; plane++, ahead += planeStride)
            Prefetch.Line(ref Unsafe.Add(ref planes, ahead));
    }
}
