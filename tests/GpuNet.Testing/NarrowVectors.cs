using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using GpuNet.Kernels.Devices;

namespace GpuNet.Testing;

/// <summary>
/// Runs an assembly's tests once more, on the CPU session alone, in a child process that has the wider SIMD sets switched off, so that the
/// narrower tiles are tested on a machine that would never use them. A test assembly derives one class from it.
/// </summary>
[Category(Category)]
public abstract partial class NarrowVectors
{
    /// <summary>The category of the tests that start the child, which the child leaves out.</summary>
    public const string Category = "NarrowVectors";

    /// <summary>The category of the tests whose results no vector has a part in, which the child leaves out too.</summary>
    public const string Unaffected = "UnaffectedByVectors";

    private const int MostMinutes = 10;

    private const string ExpectedBits = "GPUNET_EXPECTED_VECTOR_BITS";

    /// <summary>Fewest tests that the child must have passed.</summary>
    protected abstract int LeastPassed { get; }

    /// <summary>The tests pass with vectors of 256 bits.</summary>
    [Test]
    public void All_tests_pass_without_AVX512()
    {
        if (!Vector512.IsHardwareAccelerated)
            Assert.Ignore("This processor has no AVX-512 to switch off.");
        RunTestsWith("DOTNET_EnableAVX512", 256);
    }

    /// <summary>The tests pass with vectors of 128 bits.</summary>
    [Test]
    public void All_tests_pass_without_AVX2()
    {
        if (!Vector256.IsHardwareAccelerated)
            Assert.Ignore("This processor has no AVX2 to switch off.");
        RunTestsWith("DOTNET_EnableAVX2", 128);
    }

    /// <summary>What the child process asserts of itself: that the switch did switch.</summary>
    public static void AssertExpectedWidth()
    {
        if (Environment.GetEnvironmentVariable(ExpectedBits) is not string bits)
            Assert.Ignore("Only asked in the child process that runs with wider vectors switched off.");
        else
            Assert.That($"{Simd.VectorBits}", Is.EqualTo(bits));
    }

    private void RunTestsWith(string offSwitch, int expectedBits)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "vstest", Assembly.GetAssembly(GetType())!.Location, $"--TestCaseFilter:TestCategory!={Category}&TestCategory!={Unaffected}" })
            start.ArgumentList.Add(argument);
        start.Environment[offSwitch] = "0";
        start.Environment[ExpectedBits] = $"{expectedBits}";
        start.Environment["GPUNET_TEST_DEVICES"] = "cpu";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        var outputs = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(TimeSpan.FromMinutes(MostMinutes)))
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"The child process had not finished after {MostMinutes} minutes. It wrote: {outputs.Result}{errors.Result}");
        }

        string output = outputs.Result;
        var passed = PassedCount().Match(output);
        TestContext.Out.WriteLine(passed.Value);
        Assert.That(child.ExitCode, Is.Zero, $"{output}{errors.Result}");
        Assert.That(passed.Success ? int.Parse(passed.Groups[1].Value) : 0, Is.AtLeast(LeastPassed), output);
    }

    [GeneratedRegex(@"Passed: *(\d+)")]
    private static partial Regex PassedCount();
}
