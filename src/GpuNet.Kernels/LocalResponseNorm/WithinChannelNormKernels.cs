using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Normalisation within channels for any device, explicitly grouped: a group has tiles of pixels in shared memory (<see cref="PixelTiles"/>). Windows too
/// large for that are gathered from memory, one thread a pixel.
/// </summary>
internal static class WithinChannelNormKernels
{
    public static void Forward(ArrayView<float> x, ArrayView<float> y, PixelTiles tiles, LocalResponseNormParameters parameters)
    {
        var room = SharedMemory.Allocate<float>(PixelTiles.InnerRoom);
        var (firstRow, firstColumn, firstPlane) = tiles.First();
        int plane = Math.Min(firstPlane + Group.IdxZ, tiles.Planes - 1), half = tiles.Half;
        int pitch = Group.DimX + 2 * half, rows = Group.DimY + 2 * half, mine = Group.IdxZ * rows * pitch;
        Fill(room, mine, rows, pitch, x, tiles, plane, firstRow - half, firstColumn - half);
        Group.Barrier();

        int h = firstRow + Group.IdxY, w = firstColumn + Group.IdxX;
        if (firstPlane + Group.IdxZ >= tiles.Planes || h >= tiles.Height || w >= tiles.Width)
            return;
        int corner = mine + Group.IdxY * pitch + Group.IdxX;
        float s = ScaleOf(room, corner, pitch, parameters);
        y[(plane * tiles.Height + h) * tiles.Width + w] = ResponsePower.Scale(room[corner + half * (pitch + 1)], s, parameters.Beta);
    }

    public static void Backward(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, PixelTiles tiles, LocalResponseNormParameters parameters)
    {
        var room = SharedMemory.Allocate<float>(PixelTiles.OuterRoom);
        var quotients = SharedMemory.Allocate<float>(PixelTiles.InnerRoom);
        var scaled = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        var (firstRow, firstColumn, firstPlane) = tiles.First();
        int plane = Math.Min(firstPlane + Group.IdxZ, tiles.Planes - 1), half = tiles.Half;
        int pitch = Group.DimX + 4 * half, rows = Group.DimY + 4 * half, mine = Group.IdxZ * rows * pitch;
        Fill(room, mine, rows, pitch, x, tiles, plane, firstRow - 2 * half, firstColumn - 2 * half);
        Group.Barrier();

        // dy·y/S of the pixels whose windows hold one of the tile's, and dy·S^−β of the tile's own.
        int innerPitch = Group.DimX + 2 * half, innerRows = Group.DimY + 2 * half, inner = Group.IdxZ * innerRows * innerPitch;
        int own = Group.IdxZ * Group.DimY * Group.DimX;
        for (int row = Group.IdxY; row < innerRows; row += Group.DimY)
        {
            for (int column = Group.IdxX; column < innerPitch; column += Group.DimX)
            {
                int corner = mine + row * pitch + column, ownRow = row - half, ownColumn = column - half;
                float s = ScaleOf(room, corner, pitch, parameters);
                float gradient = ResponsePower.Scale(Load(dy, tiles, plane, firstRow + ownRow, firstColumn + ownColumn), s, parameters.Beta);
                quotients[inner + row * innerPitch + column] = gradient * room[corner + half * (pitch + 1)] / s;
                if (ownRow >= 0 && ownRow < Group.DimY && ownColumn >= 0 && ownColumn < Group.DimX)
                    scaled[own + ownRow * Group.DimX + ownColumn] = gradient;
            }
        }
        Group.Barrier();

        int h = firstRow + Group.IdxY, w = firstColumn + Group.IdxX;
        if (firstPlane + Group.IdxZ >= tiles.Planes || h >= tiles.Height || w >= tiles.Width)
            return;
        float sum = 0f;
        int first = inner + Group.IdxY * innerPitch + Group.IdxX;
        for (int row = 0; row < parameters.Size; row++, first += innerPitch)
        {
            for (int column = 0; column < parameters.Size; column++)
                sum += quotients[first + column];
        }
        int i = (plane * tiles.Height + h) * tiles.Width + w;
        float factor = 2f * parameters.Alpha * parameters.Beta / (parameters.Size * parameters.Size);
        float value = room[mine + (Group.IdxY + 2 * half) * pitch + Group.IdxX + 2 * half];
        dx[i] = mask.Of(scaled[own + Group.IdxY * Group.DimX + Group.IdxX] - factor * value * sum, i);
    }

    public static void ForwardOfLarge(ArrayView<float> x, ArrayView<float> y, Shape shape, LocalResponseNormParameters parameters)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= y.IntLength)
            return;
        var (start, h, w) = PlaceOf(i, shape);
        y[i] = ResponsePower.Scale(x[i], ScaleOf(x, start, h, w, shape, parameters), parameters.Beta);
    }

    public static void BackwardOfLarge(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= dx.IntLength)
            return;
        var (start, h, w) = PlaceOf(i, shape);
        var window = WindowOf(h, w, shape, parameters);
        float sum = 0f, own = 0f;
        for (int r = window.Top; r <= window.Bottom; r++)
        {
            for (int c = window.Left; c <= window.Right; c++)
            {
                int j = start + r * shape.W + c;
                float s = ScaleOf(x, start, r, c, shape, parameters);
                float scaled = ResponsePower.Scale(dy[j], s, parameters.Beta);
                sum += scaled * x[j] / s;
                if (j == i)
                    own = scaled;
            }
        }
        float factor = 2f * parameters.Alpha * parameters.Beta / (parameters.Size * parameters.Size);
        dx[i] = mask.Of(own - factor * x[i] * sum, i);
    }

    // Brings rows of a plane into shared memory; pixels outside the image are 0.
    private static void Fill(ArrayView<float> room, int start, int rows, int pitch, ArrayView<float> x, PixelTiles tiles, int plane, int top, int left)
    {
        for (int row = Group.IdxY; row < rows; row += Group.DimY)
        {
            for (int column = Group.IdxX; column < pitch; column += Group.DimX)
                room[start + row * pitch + column] = Load(x, tiles, plane, top + row, left + column);
        }
    }

    private static float Load(ArrayView<float> view, PixelTiles tiles, int plane, int h, int w)
    {
        int row = Math.Min(Math.Max(h, 0), tiles.Height - 1), column = Math.Min(Math.Max(w, 0), tiles.Width - 1);
        return Utilities.Select(row == h && column == w, view[(plane * tiles.Height + row) * tiles.Width + column], 0f);
    }

    // S of the window whose first pixel is given, in shared memory.
    private static float ScaleOf(ArrayView<float> room, int corner, int pitch, LocalResponseNormParameters parameters)
    {
        float sum = 0f;
        for (int row = 0; row < parameters.Size; row++, corner += pitch)
        {
            for (int column = 0; column < parameters.Size; column++)
            {
                float value = room[corner + column];
                sum += value * value;
            }
        }
        return 1f + parameters.Alpha / (parameters.Size * parameters.Size) * sum;
    }

    // S of the pixel (h, w) of the plane that begins at start, in memory.
    private static float ScaleOf(ArrayView<float> x, int start, int h, int w, Shape shape, LocalResponseNormParameters parameters)
    {
        var window = WindowOf(h, w, shape, parameters);
        float sum = 0f;
        for (int r = window.Top; r <= window.Bottom; r++)
        {
            for (int c = window.Left; c <= window.Right; c++)
            {
                float value = x[start + r * shape.W + c];
                sum += value * value;
            }
        }
        return 1f + parameters.Alpha / (parameters.Size * parameters.Size) * sum;
    }

    private static (int Top, int Left, int Bottom, int Right) WindowOf(int h, int w, Shape shape, LocalResponseNormParameters parameters)
    {
        int half = (int)((uint)parameters.Size >> 1);
        return (Math.Max(h - half, 0), Math.Max(w - half, 0), Math.Min(h + half, shape.H - 1), Math.Min(w + half, shape.W - 1));
    }

    // The first value of value i's plane, and its row and column.
    private static (int Start, int H, int W) PlaceOf(int i, Shape shape)
    {
        int row = i / shape.W, h = row % shape.H, w = i - row * shape.W;
        return (i - h * shape.W - w, h, w);
    }
}
