package io.towpath.rfc;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// One test that claims a rule: the `@Rfc` annotation and where it stands.
///
/// Annotations are read from class files, without loading the classes: so tests of every module are found, whatever
/// they depend on.
record Evidence(int rfc, String section, String requirement, String test) {
    private static final String RFC = "Lio/towpath/wire/testing/Rfc;";
    private static final String RULES = "Lio/towpath/wire/testing/Rfc$Rules;";

    /// The evidence in the test classes of all modules under the project's root, in a fixed order.
    static List<Evidence> under(Path root) throws IOException {
        List<Evidence> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path classes = module.resolve("target/test-classes");
                if (Files.isDirectory(classes)) {
                    try (Stream<Path> files = Files.walk(classes)) {
                        for (Path file : files.filter(it -> it.toString().endsWith(".class"))
                                .toList()) {
                            found.addAll(in(ClassFile.of().parse(file)));
                        }
                    }
                }
            }
        }
        found.sort(Comparator.comparing(Evidence::test)
                .thenComparing(Evidence::requirement)
                .thenComparing(Evidence::section));
        return found;
    }

    /// The evidence in one class.
    static List<Evidence> in(ClassModel model) {
        List<Evidence> found = new ArrayList<>();
        String name = model.thisClass().asInternalName();
        String type = name.substring(name.lastIndexOf('/') + 1).replace('$', '.');
        collect(model, type, found);
        for (MethodModel method : model.methods()) {
            collect(method, type + "." + method.methodName().stringValue(), found);
        }
        return found;
    }

    private static void collect(AttributedElement element, String test, List<Evidence> into) {
        element.findAttribute(Attributes.runtimeVisibleAnnotations())
                .ifPresent(present -> present.annotations().forEach(it -> collect(it, test, into)));
    }

    private static void collect(Annotation annotation, String test, List<Evidence> into) {
        switch (annotation.className().stringValue()) {
            case RFC -> into.add(of(annotation, test));
            case RULES -> {
                for (AnnotationElement element : annotation.elements()) {
                    for (AnnotationValue rule : ((AnnotationValue.OfArray) element.value()).values()) {
                        into.add(of(((AnnotationValue.OfAnnotation) rule).annotation(), test));
                    }
                }
            }
            default -> {}
        }
    }

    private static Evidence of(Annotation annotation, String test) {
        int rfc = 0;
        String section = "";
        String requirement = "";
        for (AnnotationElement element : annotation.elements()) {
            switch (element.value()) {
                case AnnotationValue.OfInt number -> rfc = number.intValue();
                case AnnotationValue.OfString text -> {
                    if (element.name().equalsString("section")) {
                        section = text.stringValue();
                    } else {
                        requirement = text.stringValue();
                    }
                }
                default -> throw new IllegalStateException("unexpected element of @Rfc at " + test);
            }
        }
        return new Evidence(rfc, section, requirement, test);
    }
}
