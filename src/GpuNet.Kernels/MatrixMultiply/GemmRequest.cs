namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>A product that an op was made for.</summary>
/// <param name="Op">What is multiplied, such as "multiply.nt" or "convolution.forward": products of one op and size take the same time.</param>
/// <param name="Size">Its sizes.</param>
/// <param name="MayBeSplit">Whether the op adds up parts of sums.</param>
internal readonly record struct GemmRequest(string Op, GemmSize Size, bool MayBeSplit);
