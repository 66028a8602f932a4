using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// The last values that a thread of a portable kernel has come past, as many as a normalisation's window has. Sums are taken afresh: a running
/// sum would drift, and not recover from an infinity.
/// </summary>
internal interface IRunningWindow<TSelf>
    where TSelf : struct, IRunningWindow<TSelf>
{
    /// <summary>Values of shared memory that the windows of a group may take; 1 if they stay in registers.</summary>
    static abstract int RoomOfAGroup { get; }

    /// <summary>A window of zeros.</summary>
    /// <param name="room">The group's shared memory.</param>
    /// <param name="index">Which of the thread's windows it is.</param>
    /// <param name="size">Values of a window; odd.</param>
    static abstract TSelf Of(ArrayView<float> room, int index, int size);

    /// <summary>The oldest value.</summary>
    float Oldest { get; }

    /// <summary>The value in the middle.</summary>
    float Middle { get; }

    float Sum { get; }

    float SumOfSquares { get; }

    /// <summary>Takes a value in place of the oldest one.</summary>
    void Push(float value);
}
