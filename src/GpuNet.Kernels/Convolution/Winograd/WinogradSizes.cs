using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// How Winograd's algorithm cuts a correlation up. The plane of y is covered by tiles of m × m pixels; some rows of tiles of one image are a
/// <em>band</em>, small enough that its inputs for one vector of channels stay in the second-level cache; some bands are a <em>pass</em>, small
/// enough that the transformed inputs of one group stay in the cache that the cores share.
/// </summary>
internal readonly record struct WinogradSizes
{
    // Values of a band's inputs: an eighth of a megabyte.
    private const int BandLimit = 32 * 1024;

    // Values of a pass's transformed inputs. More makes the transform of the weights, which each pass repeats, weigh less.
    private const int PassLimit = 2 * 1024 * 1024;

    // The same for each worker where none has more than one block of weights, which it keeps: then they may as well stay in a core's own cache.
    private const int OwnPassLimit = 96 * 1024;

    // Tiles whose products a worker keeps before it transforms them back: each panel of weights is read once for them all.
    private const int ProductTiles = 42;

    // A wider row of tiles would not fit a band.
    private const int MaxWidth = 4096;

    private readonly Correlation correlation;
    private readonly int width;

    /// <summary>Cuts a correlation up.</summary>
    /// <param name="correlation">The correlation.</param>
    /// <param name="outputs">Pixels m of a tile's side.</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="workers">Workers that share the work.</param>
    public WinogradSizes(Correlation correlation, int outputs, int width, int workers)
    {
        this.correlation = correlation;
        this.width = width;
        Outputs = outputs;
        Points = outputs + Reach;
        Across = (correlation.Output.Width + outputs - 1) / outputs;
        Down = (correlation.Output.Height + outputs - 1) / outputs;
        InputBlocks = (correlation.InputChannels + width - 1) / width;
        Pitch = (Across * outputs + Reach) * width;
        BandsPerImage = Down;
        while (BandsPerImage > 1 && StagedRows(CeilingOf(Down, BandsPerImage / 2)) * (long)Pitch <= BandLimit)
            BandsPerImage /= 2;
        BandRows = CeilingOf(Down, BandsPerImage);
        BandsPerImage = CeilingOf(Down, BandRows);
        long bands = (long)correlation.Images * BandsPerImage, band = (long)BandRows * Across * Points * Points * InputBlocks * width;
        KeepsWeights = correlation.Blocks(2 * width) <= workers;
        long limit = KeepsWeights ? (long)OwnPassLimit * workers : PassLimit;
        Passes = (int)Math.Min(bands, Math.Max(1, (bands * band + limit - 1) / limit));
    }

    /// <summary>Whether Winograd's algorithm can compute a correlation.</summary>
    /// <param name="correlation">The correlation.</param>
    /// <param name="taps">Taps of its filter, along each axis.</param>
    public static bool Suits(Correlation correlation, int taps) =>
        correlation.Filter == taps && correlation.Stride == 1 && correlation.Dilation == 1 && correlation.Insertion == 1 && correlation.Output.Width <= MaxWidth;

    /// <summary>Pixels m of a tile's side.</summary>
    public int Outputs { get; }

    /// <summary>Points of the transform, along each axis: m, and one for each tap but the first.</summary>
    public int Points { get; }

    /// <summary>Pixels that a tile's inputs reach beyond its outputs, along each axis.</summary>
    public int Reach => correlation.Filter.Width - 1;

    /// <summary>Whether a worker's transformed weights serve all passes.</summary>
    public bool KeepsWeights { get; }

    /// <summary>Tiles of a row.</summary>
    public int Across { get; }

    /// <summary>Rows of tiles of an image.</summary>
    public int Down { get; }

    /// <summary>Vectors that the input channels of a group fill.</summary>
    public int InputBlocks { get; }

    /// <summary>Values from a row of a band's inputs to the next.</summary>
    public int Pitch { get; }

    /// <summary>Rows of tiles of a band.</summary>
    public int BandRows { get; }

    /// <summary>Bands of an image.</summary>
    public int BandsPerImage { get; }

    /// <summary>Passes over each group.</summary>
    public int Passes { get; }

    /// <summary>Bands of all images.</summary>
    public int Bands => correlation.Images * BandsPerImage;

    /// <summary>The row of tiles, counted through all images, that a band starts with.</summary>
    public int FirstRow(int band) => band / BandsPerImage * Down + band % BandsPerImage * BandRows;

    /// <summary>Rows of inputs under some rows of tiles.</summary>
    public int StagedRows(int tileRows) => tileRows * Outputs + Reach;

    /// <summary>Values from a point's products to the next point's.</summary>
    public nint ProductPitch => Spread(ProductTiles * 2 * width);

    /// <summary>Values from a point's weights to the next point's.</summary>
    public nint WeightsPitch => Spread((nint)correlation.InputChannels * 2 * width);

    /// <summary>Values from a point's transformed inputs of a chunk of tiles to the next point's.</summary>
    /// <param name="height">Tiles of a chunk.</param>
    public nint TransformedPitch(int height) => Spread((nint)InputBlocks * height * width);

    /// <summary>Chunks of tiles whose products a worker keeps.</summary>
    /// <param name="height">Tiles of a chunk.</param>
    public static int ProductChunks(int height) => ProductTiles / height;

    /// <summary>Values of a pass's transformed inputs, for any height of chunks.</summary>
    public long TransformedLength
    {
        get
        {
            long rows = (long)CeilingOf(Bands, Passes) * BandRows * Across + RegisterTile.MaxHeight - 1;
            return Points * Points * (rows * InputBlocks * width + (rows / RegisterTile.MinFullHeight + 1) * CacheLine.Length);
        }
    }

    /// <summary>Values of the weights of a block of output channels, transformed.</summary>
    public long WeightsLength => Points * Points * (long)WeightsPitch;

    /// <summary>Values that a worker needs for itself.</summary>
    public long WorkerLength => Offsets + correlation.InputChannels;

    /// <summary>Where a worker keeps the bias of a block of output channels.</summary>
    public static nint Bias => 0;

    /// <summary>Where a worker transposes: room for the taps of a vector of channels, a block each.</summary>
    public nint Transposed => 2 * width;

    /// <summary>Where a worker keeps what has been transformed along the columns.</summary>
    public nint Half => Transposed + correlation.Taps * width * width;

    /// <summary>Where a worker keeps a band's inputs, and later its products.</summary>
    public nint Staged => Half + Points * (nint)Pitch;

    /// <summary>Where a worker keeps the products.</summary>
    public nint Products => Staged;

    /// <summary>Where a worker keeps its transformed weights.</summary>
    public nint Weights => Staged + (nint)Math.Max(StagedRows(BandRows) * (long)Pitch + width * width, Points * Points * ProductPitch);

    /// <summary>Where a worker keeps rows of output before they are transposed.</summary>
    public nint Pixels => Weights + (nint)WeightsLength;

    /// <summary>Where a worker keeps two vectors of zeros, from which products start.</summary>
    public nint Zeros => Pixels + (nint)Outputs * (Across * Outputs + width) * 2 * width;

    /// <summary>Where a worker keeps where the input channels stand among the transformed inputs of a point.</summary>
    public nint Offsets => Zeros + 2 * width;

    // A transform writes all points of one place. A line more between them spreads these over the sets of the caches, where powers of 2 would collide.
    private static nint Spread(nint length) => length + CacheLine.Length;

    private static int CeilingOf(int a, int b) => (a + b - 1) / b;
}
