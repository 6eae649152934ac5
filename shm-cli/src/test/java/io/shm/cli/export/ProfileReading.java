package io.shm.cli.export;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Reads a profile with Google's library, by the schema of pprof; a field that the schema does not have is an error. */
final class ProfileReading {
    private static final FieldDescriptorProto.Label ONE = FieldDescriptorProto.Label.LABEL_OPTIONAL;
    private static final FieldDescriptorProto.Label MANY = FieldDescriptorProto.Label.LABEL_REPEATED;

    private final DynamicMessage profile;
    private final List<String> strings;

    private ProfileReading(DynamicMessage profile) {
        this.profile = profile;
        this.strings = list(profile, "string_table");
        noUnknown(profile);
    }

    static ProfileReading of(byte[] compressed) throws IOException {
        try (GZIPInputStream bytes = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return new ProfileReading(DynamicMessage.parseFrom(schema(), bytes.readAllBytes()));
        }
    }

    /** A sample in words: frames from the innermost, labels, and values by type. */
    record Sample(List<String> frames, Map<String, String> labels, Map<String, Long> values) {}

    List<Sample> samples() {
        List<String> types = this.<DynamicMessage>list(profile, "sample_type").stream()
                .map(type -> text(type, "type"))
                .toList();
        return this.<DynamicMessage>list(profile, "sample").stream()
                .map(sample -> sample(sample, types))
                .toList();
    }

    String defaultType() {
        return text(profile, "default_sample_type");
    }

    long timeNanos() {
        return number(profile, "time_nanos");
    }

    private Sample sample(DynamicMessage sample, List<String> types) {
        List<Long> numbers = list(sample, "value");
        Map<String, Long> values = new TreeMap<>();
        for (int i = 0; i < types.size(); i++) {
            values.put(types.get(i), numbers.get(i));
        }
        Map<String, String> labels = new TreeMap<>();
        for (DynamicMessage label : this.<DynamicMessage>list(sample, "label")) {
            long number = number(label, "num");
            labels.put(text(label, "key"), number != 0 ? Long.toString(number) : text(label, "str"));
        }
        List<String> frames =
                this.<Long>list(sample, "location_id").stream().map(this::frame).toList();
        return new Sample(frames, labels, values);
    }

    private String frame(long id) {
        DynamicMessage location = byId("location", id);
        DynamicMessage line = this.<DynamicMessage>list(location, "line").get(0);
        DynamicMessage function = byId("function", number(line, "function_id"));
        return text(function, "name") + "(" + text(function, "filename") + ":" + number(line, "line") + ")";
    }

    private DynamicMessage byId(String table, long id) {
        List<DynamicMessage> found = this.<DynamicMessage>list(profile, table).stream()
                .filter(row -> number(row, "id") == id)
                .toList();
        if (found.size() != 1 || id == 0) {
            throw new AssertionError(found.size() + " times " + table + " " + id);
        }
        return found.get(0);
    }

    private String text(DynamicMessage message, String field) {
        return strings.get((int) number(message, field));
    }

    private static long number(DynamicMessage message, String field) {
        return ((Number) message.getField(message.getDescriptorForType().findFieldByName(field))).longValue();
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> list(DynamicMessage message, String field) {
        return (List<T>) message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    private static void noUnknown(DynamicMessage message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw new AssertionError("not in the schema: " + message.getUnknownFields());
        }
        for (Object value : message.getAllFields().values()) {
            for (Object one : value instanceof List<?> many ? many : List.of(value)) {
                if (one instanceof DynamicMessage inner) {
                    noUnknown(inner);
                }
            }
        }
    }

    // ---------------------------------------------------------------- the schema, proto/profile.proto of pprof

    private static Descriptor schema() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("profile.proto")
                .setPackage("perftools.profiles")
                .setSyntax("proto3")
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Profile")
                        .addField(message("sample_type", 1, "ValueType", MANY))
                        .addField(message("sample", 2, "Sample", MANY))
                        .addField(message("mapping", 3, "Mapping", MANY))
                        .addField(message("location", 4, "Location", MANY))
                        .addField(message("function", 5, "Function", MANY))
                        .addField(field("string_table", 6, FieldDescriptorProto.Type.TYPE_STRING, MANY))
                        .addField(field("drop_frames", 7, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("keep_frames", 8, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("time_nanos", 9, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("duration_nanos", 10, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(message("period_type", 11, "ValueType", ONE))
                        .addField(field("period", 12, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("comment", 13, FieldDescriptorProto.Type.TYPE_INT64, MANY))
                        .addField(field("default_sample_type", 14, FieldDescriptorProto.Type.TYPE_INT64, ONE)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("ValueType")
                        .addField(field("type", 1, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("unit", 2, FieldDescriptorProto.Type.TYPE_INT64, ONE)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Sample")
                        .addField(field("location_id", 1, FieldDescriptorProto.Type.TYPE_UINT64, MANY))
                        .addField(field("value", 2, FieldDescriptorProto.Type.TYPE_INT64, MANY))
                        .addField(message("label", 3, "Label", MANY)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Label")
                        .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("str", 2, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("num", 3, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("num_unit", 4, FieldDescriptorProto.Type.TYPE_INT64, ONE)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Mapping")
                        .addField(field("id", 1, FieldDescriptorProto.Type.TYPE_UINT64, ONE)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Location")
                        .addField(field("id", 1, FieldDescriptorProto.Type.TYPE_UINT64, ONE))
                        .addField(field("mapping_id", 2, FieldDescriptorProto.Type.TYPE_UINT64, ONE))
                        .addField(field("address", 3, FieldDescriptorProto.Type.TYPE_UINT64, ONE))
                        .addField(message("line", 4, "Line", MANY)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Line")
                        .addField(field("function_id", 1, FieldDescriptorProto.Type.TYPE_UINT64, ONE))
                        .addField(field("line", 2, FieldDescriptorProto.Type.TYPE_INT64, ONE)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Function")
                        .addField(field("id", 1, FieldDescriptorProto.Type.TYPE_UINT64, ONE))
                        .addField(field("name", 2, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("system_name", 3, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("filename", 4, FieldDescriptorProto.Type.TYPE_INT64, ONE))
                        .addField(field("start_line", 5, FieldDescriptorProto.Type.TYPE_INT64, ONE)))
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Profile");
        } catch (DescriptorValidationException e) {
            throw new AssertionError(e);
        }
    }

    private static FieldDescriptorProto.Builder field(
            String name, int number, FieldDescriptorProto.Type type, FieldDescriptorProto.Label label) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(label);
    }

    private static FieldDescriptorProto.Builder message(
            String name, int number, String type, FieldDescriptorProto.Label label) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE, label)
                .setTypeName(".perftools.profiles." + type);
    }
}
