namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>A product that an op was made for.</summary>
/// <param name="Op">What is multiplied, such as "multiply.nt" or "convolution.forward": products of one op and size take the same time.</param>
/// <param name="Size">Its sizes.</param>
/// <param name="MayBeSplit">Whether the op adds up parts of sums.</param>
internal readonly record struct GemmRequest(string Op, GemmSize Size, bool MayBeSplit)
{
    // They stand in files, so they never change.
    private static readonly Dictionary<string, bool> MayOpsBeSplit = new()
    {
        ["multiply.nn"] = true,
        ["multiply.nt"] = true,
        ["multiply.tn"] = true,
        ["multiply.tt"] = true,
        ["convolution.forward"] = false,
        ["convolution.data"] = false,
        ["convolution.weights"] = true,
    };

    /// <summary>Every op.</summary>
    public static IReadOnlyCollection<string> Ops => MayOpsBeSplit.Keys;

    /// <summary>A product of one of the ops.</summary>
    public static GemmRequest Of(string op, GemmSize size) => new(op, size, MayOpsBeSplit[op]);
}
