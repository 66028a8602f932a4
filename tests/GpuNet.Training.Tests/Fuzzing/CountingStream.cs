namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>A file in memory that is read only so often: a parser that never ends is found out.</summary>
internal sealed class CountingStream(byte[] file) : MemoryStream(file, writable: false)
{
    // A byte may be passed over, measured and read, of a parameter and of a mean.
    private long left = 10_000 + (20L * file.Length);

    public override int Read(Span<byte> buffer)
    {
        Count(Math.Max(1, buffer.Length / 8));
        return base.Read(buffer);
    }

    public override int ReadByte()
    {
        Count(1);
        return base.ReadByte();
    }

    private void Count(int calls)
    {
        left -= calls;
        if (left < 0)
            throw new InvalidOperationException($"a file of {Length} bytes is read over and over");
    }
}
