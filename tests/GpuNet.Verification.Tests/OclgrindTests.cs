using System.Diagnostics;
using System.Text.RegularExpressions;

namespace GpuNet.Verification.Tests;

/// <summary>
/// Every portable kernel at small sizes under oclgrind, which runs OpenCL kernels one instruction at a time and reports races, accesses out of
/// bounds and reads of memory that was never written. Where oclgrind is missing the tests are skipped, unless GPUNET_REQUIRE_OCLGRIND is set.
/// </summary>
public sealed partial class OclgrindTests
{
    private const int MostMinutes = 5;

    [Test]
    public void No_kernel_races_or_leaves_its_memory()
    {
        var (code, output, log) = Run("races", "--data-races");
        Assert.That(code, Is.Zero, output);
        Assert.That(Cases(output), Is.AtLeast(60));
        Assert.That(Head(log), Is.Empty);
    }

    [Test]
    public void No_result_depends_on_memory_that_was_never_written()
    {
        var (code, output, log) = Run("reads", "--uninitialized");
        Assert.That(code, Is.Zero, output);
        Assert.That(Cases(output), Is.AtLeast(40));
        Assert.That(Head(log), Is.Empty);
    }

    [TestCase("sound", null)]
    [TestCase("race", "data race at local memory")]
    [TestCase("outside", "Invalid write of size 4 at global memory")]
    [TestCase("uninitialised", "Uninitialized value written to global memory")]
    public void A_planted_fault_is_found(string kernel, string? report)
    {
        var (code, output, log) = Run(kernel, "--data-races", "--uninitialized");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("Oclgrind Simulator"));
        Assert.That(log, report is null ? Is.Empty : Does.Contain(report));
    }

    // What is right, and yet reported: why arenas are cleared by one copy, and the self-test's tensors filled by one. If a later oclgrind reports
    // nothing here, neither is needed for its sake.
    [TestCase("filled", 64)]
    [TestCase("copied in parts", 32)]
    [TestCase("copied", 0)]
    public void Memory_that_the_host_writes_in_parts_is_taken_for_unwritten(string preparation, int reports)
    {
        var (code, output, log) = Run(preparation, "--uninitialized");
        Assert.That(code, Is.Zero, output);
        Assert.That(Count(log, "Uninitialized value written to global memory"), Is.EqualTo(reports), Head(log));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    // The first reports tell most, and there may be thousands.
    private static string Head(string log) => log[..Math.Min(log.Length, 2000)];

    private static int Cases(string output) => int.Parse(CaseCount().Match(output) is { Success: true } match ? match.Groups[1].Value : "0", System.Globalization.CultureInfo.InvariantCulture);

    private static (int Code, string Output, string Log) Run(string what, params string[] checks)
    {
        string log = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("oclgrind") { RedirectStandardOutput = true, RedirectStandardError = true };
            string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "GpuNet.RaceCheck.dll");
            foreach (string argument in checks.Concat(["--log", log, "dotnet", program, what]))
                start.ArgumentList.Add(argument);
            using var process = Start(start);
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromMinutes(MostMinutes)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"oclgrind had not finished after {MostMinutes} minutes.");
            }

            TestContext.Out.WriteLine(output.Result);
            return (process.ExitCode, output.Result + errors.Result, File.ReadAllText(log).Trim());
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GPUNET_REQUIRE_OCLGRIND")))
        {
            Assert.Ignore("oclgrind is not installed; on Debian it is the package of that name.");
            throw;
        }
    }

    [GeneratedRegex(@"(\d+) cases, 0 failed")]
    private static partial Regex CaseCount();
}
