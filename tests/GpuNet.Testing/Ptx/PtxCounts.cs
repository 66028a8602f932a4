namespace GpuNet.Testing.Ptx;

/// <summary>Instructions by class.</summary>
/// <param name="Instructions">Those counted.</param>
public sealed record PtxCounts(IReadOnlyList<PtxInstruction> Instructions)
{
    private readonly int[] counts = [.. Enum.GetValues<PtxClass>().Select(kind => Instructions.Count(instruction => instruction.Class == kind))];

    /// <summary>All of them.</summary>
    public int Total => Instructions.Count;

    /// <summary>Fused multiply-adds.</summary>
    public int MultiplyAdds => this[PtxClass.MultiplyAdd];

    /// <summary>Multiply-adds, fused or to be fused: <c>fma</c>, and as many products as there are sums.</summary>
    public int MultiplyAddsAtMost => MultiplyAdds + Math.Min(this[PtxClass.Multiply], this[PtxClass.Add]);

    /// <summary>Loads of two or four values from shared memory.</summary>
    public int SharedVectorLoads => this[PtxClass.LoadSharedVector];

    /// <summary>Loads of two or four values from global memory.</summary>
    public int GlobalVectorLoads => this[PtxClass.LoadGlobalVector];

    /// <summary>Barriers of the group.</summary>
    public int Barriers => this[PtxClass.Barrier];

    /// <summary>Those of a class.</summary>
    /// <param name="kind">The class.</param>
    public int this[PtxClass kind] => counts[(int)kind];

    /// <summary>Those of an operation, whatever its types.</summary>
    /// <param name="operation">The opcode's first parts, as in <c>ld.shared.v4</c>.</param>
    /// <returns>How many.</returns>
    public int Of(string operation) => Instructions.Count(instruction => instruction.Is(operation));
}
