using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Any number of values in shared memory: a ring of the thread's own, whose places lie a group apart so that a warp uses all banks.</summary>
internal struct WindowInSharedMemory : IRunningWindow<WindowInSharedMemory>
{
    /// <summary>Values of shared memory that a group takes: 24 KB.</summary>
    public const int Room = 6144;

    private readonly ArrayView<float> room;
    private readonly int size, first;
    private int oldest;

    private WindowInSharedMemory(ArrayView<float> room, int index, int size)
    {
        this.room = room;
        this.size = size;
        first = index * size * Group.DimX + Group.IdxX;
        oldest = 0;
        for (int place = 0; place < size; place++)
            room[first + place * Group.DimX] = 0f;
    }

    public static int RoomOfAGroup => Room;

    public readonly float Oldest => room[first + oldest * Group.DimX];

    public readonly float Middle
    {
        get
        {
            int place = oldest + (int)((uint)size >> 1);
            return room[first + (place < size ? place : place - size) * Group.DimX];
        }
    }

    public readonly float Sum
    {
        get
        {
            float sum = 0f;
            for (int place = 0; place < size; place++)
                sum += room[first + place * Group.DimX];
            return sum;
        }
    }

    public readonly float SumOfSquares
    {
        get
        {
            float sum = 0f;
            for (int place = 0; place < size; place++)
            {
                float value = room[first + place * Group.DimX];
                sum += value * value;
            }
            return sum;
        }
    }

    public static WindowInSharedMemory Of(ArrayView<float> room, int index, int size) => new(room, index, size);

    public void Push(float value)
    {
        room[first + oldest * Group.DimX] = value;
        oldest = oldest + 1 < size ? oldest + 1 : 0;
    }
}
