namespace GpuNet.Cli;

/// <summary>What the process returns: the one place that says so. <see cref="ExitCodes"/> has the words for help texts and the errors' codes.</summary>
internal enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Success = 0,

    /// <summary>A failure that nobody foresaw: a bug.</summary>
    Bug = 1,

    /// <summary>Bad usage or settings: an option, a policy, a batch size, images that do not fit the model.</summary>
    Usage = 2,

    /// <summary>The device is unknown, cannot be used, has too little memory, or fails to open.</summary>
    Device = 3,

    /// <summary>A data set, a weights file or a file of an earlier run is missing or broken, or cannot be fetched.</summary>
    Data = 4,

    /// <summary>An output folder or file cannot be written.</summary>
    Output = 5,

    /// <summary>The loss of at least one run became NaN or infinite; the logs and results of all runs are written.</summary>
    Diverged = 6,

    /// <summary>A case of the self-test failed: a wrong result, or an op that threw.</summary>
    SelfTestFailed = 7,

    /// <summary>The device failed under a run; what was saved, and the command that goes on, are told. So with the next two.</summary>
    RunStoppedByDevice = 13,

    /// <summary>Data changed or could not be read any more under a run.</summary>
    RunStoppedByData = 14,

    /// <summary>The output folder could not be written any more under a run: a full disk, one that became read-only, a folder that vanished.</summary>
    RunStoppedByOutput = 15,

    /// <summary>Ctrl-C or SIGTERM; what was done until then is written.</summary>
    Cancelled = 130,
}
