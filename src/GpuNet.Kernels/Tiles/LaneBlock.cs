namespace GpuNet.Kernels.Tiles;

/// <summary>A block of rows and columns, the same of every plane of a group.</summary>
/// <param name="Plane">The group's first plane.</param>
/// <param name="Step">Planes from a lane to the next: 1, or 0 where all lanes hold the same plane.</param>
/// <param name="Row">The first row.</param>
/// <param name="Rows">How many.</param>
/// <param name="Column">The first column.</param>
/// <param name="Columns">How many.</param>
internal readonly record struct LaneBlock(int Plane, int Step, int Row, int Rows, int Column, int Columns);
