using GpuNet.Bench;

return BenchTool.Run(args, Console.Error);
