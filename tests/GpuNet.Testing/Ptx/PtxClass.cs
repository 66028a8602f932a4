namespace GpuNet.Testing.Ptx;

/// <summary>What instructions are counted as.</summary>
public enum PtxClass
{
    /// <summary>A fused multiply-add: <c>fma</c>.</summary>
    MultiplyAdd,

    /// <summary>A product of floats.</summary>
    Multiply,

    /// <summary>A sum or difference of floats.</summary>
    Add,

    /// <summary>A load of one value from shared memory.</summary>
    LoadShared,

    /// <summary>A load of two or four values from shared memory.</summary>
    LoadSharedVector,

    /// <summary>A load of one value from global memory, or through a generic address, which ILGPU takes for global memory at O1.</summary>
    LoadGlobal,

    /// <summary>A load of two or four values from global memory.</summary>
    LoadGlobalVector,

    /// <summary>A store of one value to shared memory.</summary>
    StoreShared,

    /// <summary>A store of two or four values to shared memory.</summary>
    StoreSharedVector,

    /// <summary>A store of one value to global memory.</summary>
    StoreGlobal,

    /// <summary>A store of two or four values to global memory.</summary>
    StoreGlobalVector,

    /// <summary>Arithmetic of integers: mostly addresses.</summary>
    Integer,

    /// <summary>A copy of a register or constant: among others what a loop carries over.</summary>
    Copy,

    /// <summary>A comparison, a choice by one, or logic of predicates.</summary>
    Select,

    /// <summary>A branch or the kernel's end.</summary>
    Branch,

    /// <summary>A barrier of the group.</summary>
    Barrier,

    /// <summary>Anything else: divisions, roots and powers of floats, conversions from and to them, parameters.</summary>
    Other,
}
