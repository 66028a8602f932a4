namespace GpuNet.Training.Protobuf;

/// <summary>How a protobuf field is written: the lowest three bits of its tag. The types 3 and 4, groups, occur neither in ONNX nor in Caffe's files.</summary>
internal enum WireType
{
    /// <summary>Whole numbers, seven bits a byte.</summary>
    Varint = 0,

    /// <summary>Eight bytes: double.</summary>
    Fixed64 = 1,

    /// <summary>A length and as many bytes: text, messages, several numbers.</summary>
    Bytes = 2,

    /// <summary>Four bytes: float.</summary>
    Fixed32 = 5,
}
