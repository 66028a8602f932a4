namespace GpuNet.Training.Data.Fetching;

/// <summary>What a fetch is doing.</summary>
public enum FetchStage
{
    /// <summary>Bytes come from the server.</summary>
    Downloading,

    /// <summary>A file's checksums are computed.</summary>
    Verifying,

    /// <summary>Files are written out of an archive.</summary>
    Unpacking,
}
