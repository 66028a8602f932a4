namespace GpuNet.Training.Interchange;

/// <summary>The field numbers of onnx.proto that are read or written, by message.</summary>
internal static class OnnxFields
{
    /// <summary>ModelProto.</summary>
    public static class ModelProto
    {
        public const int IrVersion = 1, ProducerName = 2, ProducerVersion = 3, Graph = 7, OpsetImport = 8, Metadata = 14;
    }

    /// <summary>StringStringEntryProto.</summary>
    public static class EntryProto
    {
        public const int Key = 1, Value = 2;
    }

    /// <summary>OperatorSetIdProto.</summary>
    public static class OpsetProto
    {
        public const int Domain = 1, Version = 2;
    }

    /// <summary>GraphProto.</summary>
    public static class GraphProto
    {
        public const int Node = 1, Name = 2, Initializer = 5, Input = 11, Output = 12;
    }

    /// <summary>NodeProto.</summary>
    public static class NodeProto
    {
        public const int Input = 1, Output = 2, Name = 3, OpType = 4, Attribute = 5;
    }

    /// <summary>AttributeProto, and its types.</summary>
    public static class AttributeProto
    {
        public const int Name = 1, F = 2, I = 3, Ints = 8, Type = 20;
        public const int FloatType = 1, IntType = 2, IntsType = 7;
    }

    /// <summary>TensorProto, and its data types.</summary>
    public static class TensorProto
    {
        public const int Dims = 1, DataType = 2, FloatData = 4, Name = 8, RawData = 9, DoubleData = 10, DataLocation = 14;
        public const int Float = 1, Int64 = 7, Double = 11;
        public const int External = 1;
    }

    /// <summary>ValueInfoProto.</summary>
    public static class ValueInfoProto
    {
        public const int Name = 1, Type = 2;
    }

    /// <summary>TypeProto, and the tensor in it.</summary>
    public static class TypeProto
    {
        public const int Tensor = 1, ElementType = 1, Shape = 2;
    }

    /// <summary>TensorShapeProto, and the dimension in it.</summary>
    public static class DimensionProto
    {
        public const int List = 1, Value = 1, Parameter = 2;
    }
}
