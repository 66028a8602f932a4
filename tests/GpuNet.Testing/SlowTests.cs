namespace GpuNet.Testing;

/// <summary>Tests that take long and are left out, visibly, unless they are asked for.</summary>
public static class SlowTests
{
    private const string Variable = "GPUNET_SLOW_TESTS";

    /// <summary>Skips the test that calls it, unless <c>GPUNET_SLOW_TESTS</c> is 1.</summary>
    /// <param name="why">What takes long; a sentence.</param>
    public static void SkipUnlessAskedFor(string why)
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1")
            Assert.Ignore($"{why} To run it: {Variable}=1 dotnet test -c Release --filter FullyQualifiedName~{TestContext.CurrentContext.Test.MethodName}");
    }
}
