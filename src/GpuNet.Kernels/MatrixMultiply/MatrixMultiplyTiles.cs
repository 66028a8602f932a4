using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The CPU's matrix multiply: <see cref="MatrixMultiplyTile"/>.</summary>
internal sealed class MatrixMultiplyTiles
{
    private readonly TileLauncher<MatrixMultiplyTile> launcher;
    private readonly MatrixMultiplyGeometry geometry;
    private readonly MatrixBlocks blocks;

    public MatrixMultiplyTiles(DeviceSession session, MatrixMultiplyGeometry geometry)
    {
        launcher = new TileLauncher<MatrixMultiplyTile>(session);
        this.geometry = geometry;
        blocks = MatrixBlocks.For(geometry, Simd.Width, session.Workers);
        WorkspaceLength = MatrixMultiplyTile.WorkspaceLength(blocks, session.Workers);
    }

    public long WorkspaceLength { get; }

    /// <summary>C = op(A)·op(B), finished by an epilogue whose bias is a column's.</summary>
    public void Multiply(Tensor a, Tensor b, Epilogue epilogue, Tensor c, Tensor workspace) =>
        launcher.Run(new(geometry, blocks, a.View, b.View, c.View, epilogue, default, workspace.View));

    /// <summary>C = op(A)·op(B), and the sums of op(A)'s rows if they are wanted.</summary>
    public void MultiplyAndSumRows(Tensor a, Tensor b, Tensor c, Tensor? rowSums, Tensor workspace) =>
        launcher.Run(new(geometry, blocks, a.View, b.View, c.View, default, rowSums?.View ?? default, workspace.View));
}
