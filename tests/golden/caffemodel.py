#!/usr/bin/python3
"""Writes small files in Caffe's formats with Google's protobuf (Debian's python3-protobuf).

    /usr/bin/python3 tests/golden/caffemodel.py

The messages have the fields of Caffe's caffe.proto that matter for weights. The network is that of CaffeModelTests.cs: conv1, 4 outputs of 2×3×3 filters in
2 groups, and ip2, 5 outputs of 36 inputs. Value i of blob b is value(b, i), which the test computes too. In the folder caffemodel beside this file:

    layers.caffemodel     today's layers (field 100), shapes as lists, packed floats, names and types, a ReLU without blobs
    old.caffemodel        the layers of before 2015 (field 2), four sizes, floats one by one
    double.caffemodel     today's layers, packed doubles
    mean.binaryproto      a mean image of 3×4×5
"""

import os

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "caffemodel")
T = descriptor_pb2.FieldDescriptorProto


def proto(packed):
    """The messages; repeated floats packed, as in Caffe of today, or one by one."""
    file = descriptor_pb2.FileDescriptorProto(name="caffe.proto", package="caffe", syntax="proto2")

    def message(name, *fields):
        m = file.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            f = m.field.add(name=field, number=number, label=T.LABEL_REPEATED if repeated else T.LABEL_OPTIONAL)
            if isinstance(kind, str):
                f.type, f.type_name = T.TYPE_MESSAGE, ".caffe." + kind
            else:
                f.type = kind
                if repeated and kind in (T.TYPE_FLOAT, T.TYPE_DOUBLE, T.TYPE_INT64):
                    f.options.packed = packed

    message("BlobShape", ("dim", 1, T.TYPE_INT64, True))
    message("BlobProto", ("shape", 7, "BlobShape", False), ("data", 5, T.TYPE_FLOAT, True), ("diff", 6, T.TYPE_FLOAT, True),
            ("double_data", 8, T.TYPE_DOUBLE, True), ("num", 1, T.TYPE_INT32, False), ("channels", 2, T.TYPE_INT32, False),
            ("height", 3, T.TYPE_INT32, False), ("width", 4, T.TYPE_INT32, False))
    message("LayerParameter", ("name", 1, T.TYPE_STRING, False), ("type", 2, T.TYPE_STRING, False), ("bottom", 3, T.TYPE_STRING, True),
            ("top", 4, T.TYPE_STRING, True), ("blobs", 7, "BlobProto", True))
    message("V1LayerParameter", ("bottom", 2, T.TYPE_STRING, True), ("top", 3, T.TYPE_STRING, True), ("name", 4, T.TYPE_STRING, False),
            ("type", 5, T.TYPE_INT32, False), ("blobs", 6, "BlobProto", True), ("blobs_lr", 7, T.TYPE_FLOAT, True))
    message("NetParameter", ("name", 1, T.TYPE_STRING, False), ("input", 3, T.TYPE_STRING, True), ("layer", 100, "LayerParameter", True),
            ("layers", 2, "V1LayerParameter", True))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return lambda name: message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("caffe." + name))()


def value(blob, i):
    return ((37 * i + 11 * blob) % 101 - 50) / 64


BLOBS = [("conv1", 0, (4, 1, 3, 3)), ("conv1", 1, (4,)), ("ip2", 2, (5, 36)), ("ip2", 3, (5,))]


def product(sizes):
    count = 1
    for size in sizes:
        count *= size
    return count


def fill(blob, number, sizes, old=False, double=False):
    values = [value(number, i) for i in range(product(sizes))]
    (blob.double_data if double else blob.data).extend(values)
    if old:
        blob.num, blob.channels, blob.height, blob.width = ([1] * (4 - len(sizes))) + list(sizes)
    else:
        blob.shape.dim.extend(sizes)


def write(name, message):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(message.SerializeToString())


def network(double):
    net = proto(packed=True)("NetParameter")
    net.name = "small"
    for name, kind in (("data", "Input"), ("conv1", "Convolution"), ("relu1", "ReLU"), ("ip2", "InnerProduct")):
        layer = net.layer.add(name=name, type=kind, top=[name])
        for _, number, sizes in (blob for blob in BLOBS if blob[0] == name):
            blob = layer.blobs.add()
            fill(blob, number, sizes, double=double)
            if name == "ip2" and not double:
                blob.diff.extend([1.0] * product(sizes))
    return net


def old_network():
    net = proto(packed=False)("NetParameter")
    net.name = "small"
    for name, kind in (("conv1", 4), ("relu1", 18), ("ip2", 14)):
        layer = net.layers.add(name=name, type=kind, top=[name])
        for _, number, sizes in (blob for blob in BLOBS if blob[0] == name):
            fill(layer.blobs.add(), number, sizes, old=True)
            layer.blobs_lr.append(number + 1)
    return net


os.makedirs(FOLDER, exist_ok=True)
write("layers.caffemodel", network(double=False))
write("double.caffemodel", network(double=True))
write("old.caffemodel", old_network())
mean = proto(packed=True)("BlobProto")
fill(mean, 4, (1, 3, 4, 5), old=True)
write("mean.binaryproto", mean)
