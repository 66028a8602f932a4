namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>Where the values of a term stand that a <see cref="RegisterTile"/> multiplies.</summary>
internal interface ITermLayout
{
    /// <summary>Where the first row's value of term k stands in a.</summary>
    static abstract nint Rows(ref int offsets, nint k, nint height);

    /// <summary>Values from a row's value to the next row's.</summary>
    static abstract nint RowStride(nint width);

    /// <summary>Where the vectors of term k stand in b.</summary>
    static abstract nint Vectors(ref int offsets, nint k, nint columns);
}
