namespace GpuNet.Training.Data;

/// <summary>How images get to the device.</summary>
public enum FeedMode
{
    /// <summary>
    /// <see cref="Resident"/> if the images take at most half of the device memory that network and optimizer leave free, and the device gives it;
    /// otherwise <see cref="Streamed"/>.
    /// </summary>
    Auto,

    /// <summary>All images lie on the device as bytes, and batches are gathered there. On the CPU they are read where they are.</summary>
    Resident,

    /// <summary>Each batch's images are copied from page-locked host memory, as bytes, while the batch before is computed.</summary>
    Streamed,
}
