using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// The gradient of a convolution's or an inner product's bias by the portable kernels: dy summed over batch and pixels. Where there are too few
/// channels to fill the device, each sum has parts, in the workspace, which a second launch adds up.
/// </summary>
internal sealed class BiasGradient
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int, int, int> sumPlanes;
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int, int> sumRows;
    private readonly BiasGradientPlan plan, partsPlan;
    private readonly Shape output;
    private readonly int imageChannels;

    /// <summary>Loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="output">Shape of dy.</param>
    /// <param name="imageChannels">Channels from an image of dy to the next: more than dy has if it is a window of a wider tensor.</param>
    public BiasGradient(DeviceSession session, Shape output, int imageChannels)
    {
        this.output = output;
        this.imageChannels = imageChannels;
        sumPlanes = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, int, int, int>(BiasGradientKernels.SumPlanes);
        sumRows = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, int, int>(BiasGradientKernels.SumRows);
        plan = output.PlaneSize == 1
            ? BiasGradientPlan.OfRows(session.Limits, output.C, output.N, mayBeSplit: true)
            : BiasGradientPlan.OfPlanes(session.Limits, output.C, output.PlaneSize, output.N);
        partsPlan = BiasGradientPlan.OfRows(session.Limits, output.C, plan.Parts, mayBeSplit: false);
    }

    /// <summary>Values of all parts, or 0 if there is one only.</summary>
    public long WorkspaceLength => plan.Parts > 1 ? (long)plan.Parts * output.C : 0;

    /// <summary>Writes the sums.</summary>
    /// <param name="dy">Gradient of the output, from its first channel on.</param>
    /// <param name="db">Gradient of the bias.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> values.</param>
    public void Run(ArrayView<float> dy, Tensor db, Tensor workspace)
    {
        var sums = plan.Parts > 1 ? workspace.View : db.View;
        int plane = output.PlaneSize;
        if (plane == 1)
            sumRows(plan.Config, dy, sums, output.C, imageChannels, output.N, plan.Images);
        else
            sumPlanes(plan.Config, dy, sums, imageChannels, plane, plane % 4 == 0 && QuadPlan.AreAligned(dy) ? plane / 4 : 0, output.N, plan.Images);
        if (plan.Parts > 1)
            sumRows(partsPlan.Config, workspace.View, db.View, output.C, output.C, plan.Parts, plan.Parts);
    }
}
