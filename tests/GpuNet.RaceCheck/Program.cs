using System.Diagnostics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.RaceCheck;

// Runs the portable kernels at small sizes on the first OpenCL device. Meant to be started by oclgrind, which looks for races and accesses out of
// bounds ("races": every case, and matrix products by every variant), or for reads of memory that was never written ("reads": every case once,
// since that takes twenty times as long). Any other argument names a planted kernel. The exit code is 0 if all results are right.
if (args is not [var what])
    return 2;
using var session = DeviceSession.Open(DeviceKind.OpenCL, 0);
Console.WriteLine($"device: {session.Description.Name}");
if (what is not ("races" or "reads"))
    return PlantedKernels.Run(session, what) ? 0 : 2;

int cases = 0, failures = 0;
var varied = new HashSet<(string Op, string Pass)>();
foreach (var test in SelfTest.Cases.Where(test => test.IsQuick))
{
    var before = session.Tuning.Requests.ToHashSet();
    Check(test, "");
    // An op asks for the variant of its matrix products when it is made.
    var requests = session.Tuning.Requests.Where(request => !before.Contains(request)).ToArray();
    if (requests.Length == 0 || what == "reads" || !varied.Add((test.Op, test.Pass)))
        continue;
    foreach (var variant in GemmVariants.Admissible(session.Limits))
    {
        foreach (var request in requests)
            session.Tuning.Set(request.Op, request.Size, new(variant.Name, 2));
        Check(test, $", {variant.Name}");
    }
}

Console.WriteLine($"{cases} cases, {failures} failed");
return failures == 0 ? 0 : 1;

void Check(SelfTestCase test, string variant)
{
    long start = Stopwatch.GetTimestamp();
    var result = SelfTest.Run(session, test);
    cases++;
    failures += result.Problem is null ? 0 : 1;
    Console.WriteLine($"{test}{variant}: {result.Problem ?? "right"}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
}
