using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>C = op(A)·op(B), for row-major matrices: Shape.Matrix(rows, columns) as they are stored.</summary>
public sealed class MatrixMultiplyOp
{
    private readonly Action<Tensor, Tensor, Tensor, Tensor> multiply;

    /// <summary>Chooses and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <exception cref="ShapeException">The sizes make no product.</exception>
    public MatrixMultiplyOp(DeviceSession session, MatrixMultiplyGeometry geometry)
    {
        geometry.ThrowIfInvalid("matrix multiply");
        Geometry = geometry;
        if (session.UsesTiles)
        {
            var tiles = new MatrixMultiplyTiles(session, geometry);
            WorkspaceLength = tiles.WorkspaceLength;
            multiply = (a, b, c, workspace) => tiles.Multiply(a, b, default, c, workspace);
        }
        else
        {
            var gemm = new Gemm(session, geometry);
            WorkspaceLength = gemm.WorkspaceLength;
            multiply = (a, b, c, workspace) => gemm.Multiply(a, b, c, workspace);
        }
    }

    /// <summary>The sizes.</summary>
    public MatrixMultiplyGeometry Geometry { get; }

    /// <summary>Values that the workspace must hold at least; 0 if none is used. Ops that run one after the other may share one.</summary>
    public long WorkspaceLength { get; }

    /// <summary>C = op(A)·op(B).</summary>
    /// <param name="a">A: M×K, or K×M if transposed.</param>
    /// <param name="b">B: K×N, or N×K if transposed.</param>
    /// <param name="c">The product, M×N: overwritten.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void Run(Tensor a, Tensor b, Tensor c, Tensor workspace)
    {
        ShapeException.ThrowUnless("matrix multiply: a", a.Shape, Geometry.A);
        ShapeException.ThrowUnless("matrix multiply: b", b.Shape, Geometry.B);
        ShapeException.ThrowUnless("matrix multiply: c", c.Shape, Geometry.C);
        ShapeException.ThrowIfSmaller("matrix multiply", workspace.Length, WorkspaceLength);
        multiply(a, b, c, workspace);
    }
}
