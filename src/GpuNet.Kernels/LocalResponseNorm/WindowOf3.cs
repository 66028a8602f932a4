using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Three values in registers.</summary>
internal struct WindowOf3 : IRunningWindow<WindowOf3>
{
    private float v0, v1, v2;

    public static int RoomOfAGroup => 1;

    public readonly float Oldest => v0;

    public readonly float Middle => v1;

    public readonly float Sum => v0 + v1 + v2;

    public readonly float SumOfSquares => v0 * v0 + v1 * v1 + v2 * v2;

    public static WindowOf3 Of(ArrayView<float> room, int index, int size) => default;

    public void Push(float value)
    {
        v0 = v1;
        v1 = v2;
        v2 = value;
    }
}
