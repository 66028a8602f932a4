using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The CPU's matrix multiply: <see cref="MatrixMultiplyTile"/>.</summary>
internal sealed class MatrixMultiplyTiles
{
    private readonly TileLauncher<MatrixMultiplyTile> launcher;
    private readonly MatrixMultiplyGeometry geometry;
    private readonly WorkerBarrier barrier;

    public MatrixMultiplyTiles(DeviceSession session, MatrixMultiplyGeometry geometry)
    {
        launcher = new TileLauncher<MatrixMultiplyTile>(session);
        barrier = session.Tiles.Barrier;
        this.geometry = geometry;
        WorkspaceLength = MatrixMultiplyTile.WorkspaceLength(geometry, session.Workers);
    }

    public long WorkspaceLength { get; }

    /// <summary>C = op(A)·op(B), plus the bias in every row if there is one.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor? bias, Tensor c, Tensor workspace) =>
        launcher.Run(new(geometry, a.View, b.View, (bias ?? a).View, bias is not null, c.View, c.View, hasRowSums: false, workspace.View, barrier));

    /// <summary>C = op(A)·op(B), and the sums of op(A)'s rows if they are wanted.</summary>
    public void MultiplyAndSumRows(Tensor a, Tensor b, Tensor c, Tensor? rowSums, Tensor workspace) =>
        launcher.Run(new(geometry, a.View, b.View, a.View, hasBias: false, c.View, (rowSums ?? c).View, rowSums is not null, workspace.View, barrier));
}
