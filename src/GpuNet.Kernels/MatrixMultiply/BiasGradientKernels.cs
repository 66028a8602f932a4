using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Reductions;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// Sums over batch and pixels for any device, explicitly grouped. The grid's Y counts the parts that a sum is split into; part p of channel c goes
/// to place p·channels + c. The order of a sum is fixed by the plan: each thread's own terms, then the group's tree, then the parts.
/// </summary>
internal static class BiasGradientKernels
{
    /// <summary>
    /// Σ over images and pixels of dy[n, c, pixel]. The grid's X counts channels; a group's lanes (X) take a plane's quads and values in turn, its
    /// rows (Y) the images of a part. Both are powers of two.
    /// </summary>
    public static void SumPlanes(ArrayView<float> dy, ArrayView<float> sums, int imageChannels, int plane, int quads, int batch, int images)
    {
        var room = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        int channel = Grid.IdxX, end = Grid.IdxY * images + Math.Min(images, batch - Grid.IdxY * images), thread = Group.IdxY * Group.DimX + Group.IdxX;
        float sum = 0f;
        for (int n = Grid.IdxY * images + Group.IdxY; n < end; n += Group.DimY)
        {
            int start = (n * imageChannels + channel) * plane, firstQuad = (int)((uint)start >> 2);
            for (int quad = Group.IdxX; quad < quads; quad += Group.DimX)
            {
                var values = dy.Cast<Quad>()[firstQuad + quad];
                sum += values.V0 + values.V1 + (values.V2 + values.V3);
            }
            for (int pixel = 4 * quads + Group.IdxX; pixel < plane; pixel += Group.DimX)
                sum += dy[start + pixel];
        }
        sum = GroupTree.Reduce<float, Sum>(room, thread, thread, Group.DimX * Group.DimY, sum);
        if (thread == 0)
            sums[Grid.IdxY * Grid.DimX + channel] = sum;
    }

    /// <summary>
    /// Σ over rows of a matrix, for each column: of dy where a plane is one pixel, and of the parts of other sums. A group's lanes (X) take columns side
    /// by side, its rows (Y), a power of two, the rows of a part.
    /// </summary>
    public static void SumRows(ArrayView<float> matrix, ArrayView<float> sums, int columns, int pitch, int rows, int rowsOfAPart)
    {
        var room = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        int column = Grid.IdxX * Group.DimX + Group.IdxX, end = Grid.IdxY * rowsOfAPart + Math.Min(rowsOfAPart, rows - Grid.IdxY * rowsOfAPart);
        // A lane behind the last column repeats it, since all threads meet at the barriers, and stores nothing.
        int source = Math.Min(column, columns - 1);
        float sum = 0f;
        for (int row = Grid.IdxY * rowsOfAPart + Group.IdxY; row < end; row += Group.DimY)
            sum += matrix[row * pitch + source];
        sum = GroupTree.Reduce<float, Sum>(room, Group.IdxX * Group.DimY + Group.IdxY, Group.IdxY, Group.DimY, sum);
        if (Group.IdxY == 0 && column < columns)
            sums[Grid.IdxY * columns + column] = sum;
    }
}
