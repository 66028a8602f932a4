using GpuNet.Kernels.Pooling;

namespace GpuNet.Kernels.Tests.Pooling;

/// <summary>Windows that differ in every way that matters: clipped, padded, overlapping, apart, wider than a vector; planes and blocks that divide evenly and not.</summary>
public static class PoolingCases
{
    public static readonly PoolingGeometry[] All =
    [
        new(new(1, 1, 1, 1), 1, 1, 0),
        new(new(1, 2, 1, 1), 3, 1, 1),
        new(new(3, 2, 2, 2), 3, 2, 0),
        new(new(2, 3, 32, 32), 3, 2, 0),
        new(new(1, 5, 16, 16), 3, 2, 0),
        new(new(3, 3, 8, 8), 3, 2, 0),
        new(new(2, 2, 13, 9), 3, 2, 0),
        new(new(2, 3, 7, 7), 7, 1, 0),
        new(new(1, 4, 14, 14), 5, 3, 0),
        new(new(2, 2, 28, 28), 3, 1, 1),
        new(new(1, 3, 7, 5), 3, 1, 1),
        new(new(1, 2, 2, 2), 3, 1, 2),
        new(new(1, 2, 9, 10), 3, 2, 1),
        new(new(1, 2, 8, 7), 2, 3, 1),
        new(new(1, 2, 7, 10), 2, 3, 0),
        new(new(1, 1, 5, 41), new(2, 5), new(1, 2), new(0, 3)),
        new(new(2, 1, 41, 5), new(5, 2), new(4, 1), new(2, 1)),
        new(new(1, 1, 3, 70), new(3, 40), new(1, 1), new(1, 20)),
        // A block of pixels below the last window, which padding has dropped.
        new(new(1, 1, 3, 700), 2, 4, 1),
        // Padding along one axis drops a window of the other.
        new(new(1, 1, 5, 5), new(1, 3), new(3, 1), new(0, 1)),
        new(new(1, 1, 3, 150), new(1, 4), new(1, 2), new(0, 1)),
        // As many planes as a vector has lanes, and more; blocks of rows, blocks of columns, a window that fills no block.
        new(new(1, 16, 7, 7), 3, 1, 1),
        new(new(3, 11, 13, 13), 3, 2, 0),
        new(new(1, 19, 14, 14), 5, 3, 0),
        new(new(2, 9, 7, 7), 7, 1, 0),
        new(new(1, 17, 8, 8), 3, 2, 0),
        new(new(1, 17, 40, 25), 3, 2, 0),
        new(new(1, 16, 4, 500), 3, 2, 1),
        new(new(1, 17, 5, 400), 2, 3, 0),
        new(new(1, 2, 60, 40), new(60, 40), 1, 0),
    ];
}
