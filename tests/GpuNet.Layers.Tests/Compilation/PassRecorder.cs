namespace GpuNet.Layers.Tests.Compilation;

/// <summary>Writes down which layers' passes are called.</summary>
internal sealed class PassRecorder
{
    public HashSet<string> Forward { get; } = [];

    public HashSet<string> Backward { get; } = [];

    /// <summary>For <see cref="CompileOptions.Decorate"/>.</summary>
    public BoundLayer Watch(Layer layer, BoundLayer inner) => new Watched(layer.Name, inner, this);

    private sealed class Watched(string name, BoundLayer inner, PassRecorder recorder) : BoundLayer
    {
        public override long WorkspaceLength => inner.WorkspaceLength;

        public override void Forward(LayerTensors t, Pass pass)
        {
            recorder.Forward.Add(name);
            inner.Forward(t, pass);
        }

        public override void Backward(LayerTensors t, Pass pass)
        {
            recorder.Backward.Add(name);
            inner.Backward(t, pass);
        }

        public override void Dispose()
        {
            inner.Dispose();
            base.Dispose();
        }
    }
}
