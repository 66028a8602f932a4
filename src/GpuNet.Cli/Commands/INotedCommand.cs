namespace GpuNet.Cli.Commands;

/// <summary>A command whose help has more to say than its options.</summary>
internal interface INotedCommand
{
    /// <summary>Lines to show below the options: examples first.</summary>
    IEnumerable<string> Notes { get; }
}
