using System.Globalization;
using CsCheck;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>
/// Takes hostile inputs through a parser: each is read, or refused with the parser's own error, soon and in memory that its size bounds. A test run takes the seeds from 0 on;
/// <c>GPUNET_FUZZ_MINUTES</c> makes it go on from a random one for so long a parser.
/// </summary>
/// <param name="parser">Its name, for the report.</param>
internal sealed class FuzzRun(string parser)
{
    // Of the processor's time: a busy machine is no fault.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private long most = long.MinValue;

    /// <summary>Inputs of a test run.</summary>
    public int Seeds { get; init; } = 600;

    /// <summary>Bytes that reading takes apart from the input: tables, buffers, an error.</summary>
    public long OwnMemory { get; init; } = 2 << 20;

    /// <summary>Bytes that reading takes for each byte of the input.</summary>
    public int TimesInput { get; init; } = 2;

    /// <summary>Bytes that all readings so far took.</summary>
    public long Taken { get; private set; }

    /// <summary>Runs the cases.</summary>
    /// <param name="cases">The inputs.</param>
    /// <param name="parse">Whether an input was read; a throw is a fault.</param>
    public void Over(Gen<byte[]> cases, Func<byte[], bool> parse)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("GPUNET_FUZZ_MINUTES"), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes))
        {
            FuzzOn(cases, parse, minutes);
            return;
        }

        int read = 0;
        for (uint seed = 0; seed < Seeds; seed++)
        {
            byte[] changed = cases.Generate(new PCG(1, seed), null, out _);
            try
            {
                read += parse(changed) ? 1 : 0;
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, {changed.Length} bytes: {error}");
            }
        }

        TestContext.Out.WriteLine($"{parser}: {read} of {Seeds} inputs were read; {most} bytes more than {TimesInput} times the input's at most");
        // Changes that break every input would test the first check only.
        Assert.That(read, Is.InRange(Seeds / 100, Seeds * 9 / 10));
    }

    /// <summary>Reads one input and holds it to its bounds.</summary>
    /// <typeparam name="TRefusal">The error that is a refusal.</typeparam>
    /// <param name="size">The input's honest size, in bytes.</param>
    /// <param name="read">Reads it.</param>
    /// <returns>Whether it was read.</returns>
    public bool IsRead<TRefusal>(long size, Action read)
        where TRefusal : Exception
    {
        // Of all threads: an asynchronous reader goes from one to another. No other test runs beside.
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var started = Environment.CpuUsage.TotalTime;
        bool isRead = true;
        try
        {
            read();
        }
        catch (TRefusal)
        {
            isRead = false;
        }

        long here = GC.GetTotalAllocatedBytes(precise: true) - before;
        Taken += here;
        most = Math.Max(most, here - (TimesInput * size));
        if (here > (TimesInput * size) + OwnMemory)
            throw new InvalidOperationException($"{here} bytes were taken for an input of {size}");
        var time = Environment.CpuUsage.TotalTime - started;
        if (time > Patience)
            throw new InvalidOperationException($"an input of {size} bytes took {time}");
        return isRead;
    }

    private void FuzzOn(Gen<byte[]> cases, Func<byte[], bool> parse, int minutes)
    {
        long count = 0, read = 0;
        cases.Sample(
            input =>
            {
                count++;
                read += parse(input) ? 1 : 0;
            },
            time: minutes * 60,
            threads: 1,
            print: Saved);
        TestContext.Out.WriteLine($"{parser}: {minutes} minutes, {count} inputs, {read} of them read; {most} bytes more than {TimesInput} times the input's at most");
    }

    // Keeps the input that failed.
    private static string Saved(byte[] input)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gpunet-fuzz-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, input);
        return $"{input.Length} bytes, in {path}";
    }
}
