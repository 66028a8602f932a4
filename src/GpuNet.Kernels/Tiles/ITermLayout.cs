namespace GpuNet.Kernels.Tiles;

/// <summary>Where the values of a term stand that a <see cref="RegisterTile"/> multiplies.</summary>
internal interface ITermLayout
{
    /// <summary>Where the rows' values of term k stand in a, next to each other.</summary>
    static abstract nint Rows(ref int offsets, nint k, nint height);

    /// <summary>Where the vectors of term k stand in b.</summary>
    static abstract nint Vectors(ref int offsets, nint k, nint columns);
}
