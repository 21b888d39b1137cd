"""Reads event files of TensorBoard, as a reader of its own: framing and CRC of records, and the fields of the messages
that a training writes. An error of form or CRC is an AssertionError."""
import struct


def _crc_table():
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def masked(data):
    value = crc32c(data)
    return (((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """The contents of a file's records."""
    at = 0
    while at < len(data):
        assert at + 12 <= len(data), "a torn head"
        head = data[at:at + 8]
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(head), "CRC of a length"
        (length,) = struct.unpack("<Q", head)
        assert at + 16 + length <= len(data), "a torn record"
        content = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(content), "CRC of a record"
        yield content
        at += 16 + length


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def fields(data):
    """A message as a list of (number, value); bytes stay bytes."""
    found, at = [], 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 1:
            (value,) = struct.unpack_from("<d", data, at)
            at += 8
        elif wire == 5:
            (value,) = struct.unpack_from("<f", data, at)
            at += 4
        else:
            assert wire == 2, f"wire type {wire}"
            length, at = _varint(data, at)
            assert at + length <= len(data), "a torn field"
            value, at = data[at:at + length], at + length
        found.append((number, value))
    return found


def events(data):
    """Dicts: step, and version, restart or values {tag: number or {height, width, colours, png}}."""
    for content in records(data):
        event = {"step": 0, "values": {}}
        for number, value in fields(content):
            if number == 1:
                event["time"] = value
            elif number == 2:
                event["step"] = value
            elif number == 3:
                event["version"] = value.decode()
            elif number == 7:
                event["restart"] = dict(fields(value)) == {1: 1}
            elif number == 5:
                for one, entry in fields(value):
                    assert one == 1
                    entry = dict(fields(entry))
                    if 2 in entry:
                        event["values"][entry[1].decode()] = entry[2]
                    else:
                        image = dict(fields(entry[4]))
                        event["values"][entry[1].decode()] = {
                            "height": image[1], "width": image[2], "colours": image[3], "png": image[4]}
        yield event
