namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>A file in memory that is read only so often: a parser that never ends is found out.</summary>
internal sealed class CountingStream(byte[] file) : MemoryStream(file, 0, file.Length, writable: false, publiclyVisible: true)
{
    // A byte may be passed over, measured and read, of a parameter and of a mean.
    private long left = 10_000 + (20L * file.Length);

    public override int Read(Span<byte> buffer)
    {
        Count(Math.Max(1, buffer.Length / 8));
        // What derives from MemoryStream would take memory here, were it left to that.
        int count = (int)Math.Clamp(Length - Position, 0, buffer.Length);
        GetBuffer().AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        return count;
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
