using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace GpuNet.Bench.Peers;

/// <summary>The same training step in PyTorch, in a process that lives as long as the measurement: bench/peers/train_step.py says the protocol.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process process;

    private PeerProcess(Process process, JsonElement facts)
    {
        this.process = process;
        Facts = facts;
    }

    /// <summary>What the peer says of itself: versions, threads, the options that it found fastest.</summary>
    public JsonElement Facts { get; }

    /// <summary>Starts the peer and waits until it is warm.</summary>
    /// <param name="python">A Python that has PyTorch.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="batch">Images in a batch.</param>
    /// <param name="threads">Threads that PyTorch may take.</param>
    /// <exception cref="BenchException">It does not start.</exception>
    public static PeerProcess Start(string python, string model, int batch, int threads)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "train_step.py");
        var start = new ProcessStartInfo(python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { script, "--model", model, "--batch", Text(batch), "--threads", Text(threads) },
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new BenchException($"'{python}' does not start: {error.Message}. Name a Python that has PyTorch with --python.");
        }

        try
        {
            return new PeerProcess(process, Read(process, "ready"));
        }
        catch (BenchException)
        {
            End(process);
            throw;
        }
    }

    /// <summary>Runs so many steps there.</summary>
    /// <returns>Milliseconds of all of them, and the last loss.</returns>
    /// <exception cref="BenchException">The peer died.</exception>
    public (double Milliseconds, double Loss) Time(int steps)
    {
        try
        {
            process.StandardInput.WriteLine(Text(steps));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has died; reading says so.
        }

        var answer = Read(process, "step");
        return (answer.GetProperty("ms").GetDouble(), answer.GetProperty("loss").GetDouble());
    }

    public void Dispose() => End(process);

    private static JsonElement Read(Process process, string word)
    {
        string? line = process.StandardOutput.ReadLine();
        if (line is null || !line.StartsWith(word + " ", StringComparison.Ordinal))
            throw new BenchException($"the PyTorch peer said {(line is null ? "nothing" : $"'{line}'")} where '{word}' was due; its own message stands above. On Debian, PyTorch is the package python3-torch; --python names the Python to use.");
        return JsonElement.Parse(line[(word.Length + 1)..]);
    }

    // The end of its input ends the peer.
    private static void End(Process process)
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
