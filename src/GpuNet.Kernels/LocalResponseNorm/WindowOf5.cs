using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Five values in registers.</summary>
internal struct WindowOf5 : IRunningWindow<WindowOf5>
{
    private float v0, v1, v2, v3, v4;

    public static int RoomOfAGroup => 1;

    public readonly float Oldest => v0;

    public readonly float Middle => v2;

    public readonly float Sum => v0 + v1 + v2 + v3 + v4;

    public readonly float SumOfSquares => v0 * v0 + v1 * v1 + v2 * v2 + v3 * v3 + v4 * v4;

    public static WindowOf5 Of(ArrayView<float> room, int index, int size) => default;

    public void Push(float value)
    {
        v0 = v1;
        v1 = v2;
        v2 = v3;
        v3 = v4;
        v4 = value;
    }
}
