using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>What the tile kernels of a correlation are given, by whichever algorithm they compute it.</summary>
/// <param name="Correlation">What to compute.</param>
/// <param name="X">Source planes.</param>
/// <param name="W">Weights, [groups][output channels][input channels][taps], or with the channels swapped if turned.</param>
/// <param name="Turned">Whether w is a forward filter to be turned by 180° and its channels swapped: the data gradient.</param>
/// <param name="Y">Output planes.</param>
/// <param name="Epilogue">What becomes of the sums.</param>
/// <param name="Workspace">As many values as the kernel's own <c>WorkspaceLength</c> says, at least.</param>
/// <param name="Barrier">The session's barrier.</param>
/// <param name="Workers">The session's workers.</param>
internal readonly record struct CorrelationOperands(
    Correlation Correlation, ArrayView<float> X, ArrayView<float> W, bool Turned, ArrayView<float> Y, Epilogue Epilogue, ArrayView<float> Workspace,
    WorkerBarrier Barrier, int Workers);
