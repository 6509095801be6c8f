package io.towpath.drill;

import java.util.function.ToLongFunction;

/// The small part of Python in which scripts state what they expect of a connection: whole numbers, names,
/// arithmetic, bits, comparisons that may be chained, `and`, `or`, `not`.
final class Expression {
    private final Cursor in;
    private final ToLongFunction<String> names;

    private Expression(Cursor in, ToLongFunction<String> names) {
        this.in = in;
        this.names = names;
    }

    /// The value of `text`; truth is 1, falsehood 0.
    ///
    /// @param names the value of a name
    static long evaluate(String text, ToLongFunction<String> names) {
        var in = Cursor.ofExpression(text);
        long value = new Expression(in, names).or();
        if (!in.isAtEnd()) {
            throw in.notUnderstood("in an assertion: " + in.rest());
        }
        return value;
    }

    private static long truth(boolean value) {
        return value ? 1 : 0;
    }

    private long or() {
        long value = and();
        while (in.acceptWord("or")) {
            long right = and();
            value = value != 0 ? value : right;
        }
        return value;
    }

    private long and() {
        long value = not();
        while (in.acceptWord("and")) {
            long right = not();
            value = value == 0 ? value : right;
        }
        return value;
    }

    private long not() {
        return in.acceptWord("not") ? truth(not() == 0) : comparison();
    }

    /// `a <= b <= c` holds when both parts hold.
    private long comparison() {
        long left = bits();
        boolean compared = false;
        boolean holds = true;
        while (true) {
            String operator = comparator();
            if (operator.isEmpty()) {
                return compared ? truth(holds) : left;
            }
            long right = bits();
            holds &= holds(operator, left, right);
            compared = true;
            left = right;
        }
    }

    private String comparator() {
        for (String operator : new String[] {"==", "!=", "<=", ">=", "<", ">"}) {
            if (!in.isAt("<<") && !in.isAt(">>") && in.accept(operator)) {
                return operator;
            }
        }
        return "";
    }

    private static boolean holds(String operator, long left, long right) {
        return switch (operator) {
            case "==" -> left == right;
            case "!=" -> left != right;
            case "<=" -> left <= right;
            case ">=" -> left >= right;
            case "<" -> left < right;
            default -> left > right;
        };
    }

    private long bits() {
        long value = sum();
        while (true) {
            if (in.accept("<<")) {
                value <<= (int) sum();
            } else if (in.accept(">>")) {
                value >>= (int) sum();
            } else if (in.accept("&")) {
                value &= sum();
            } else if (in.accept("|")) {
                value |= sum();
            } else {
                return value;
            }
        }
    }

    private long sum() {
        long value = product();
        while (true) {
            if (in.accept("+")) {
                value += product();
            } else if (in.accept("-")) {
                value -= product();
            } else {
                return value;
            }
        }
    }

    private long product() {
        long value = unary();
        while (true) {
            if (in.accept("*")) {
                value *= unary();
            } else if (in.accept("//") || in.accept("/")) {
                value = Math.floorDiv(value, divisor());
            } else if (in.accept("%")) {
                value = Math.floorMod(value, divisor());
            } else {
                return value;
            }
        }
    }

    private long divisor() {
        long value = unary();
        if (value == 0) {
            throw in.notUnderstood("a division by zero in an assertion");
        }
        return value;
    }

    private long unary() {
        if (in.accept("-")) {
            return -unary();
        }
        if (in.accept("(")) {
            long value = or();
            in.expect(")");
            return value;
        }
        if (Character.isDigit(in.peek())) {
            return in.number();
        }
        String name = in.word();
        if (name.isEmpty() || in.isAt("(")) {
            throw in.notUnderstood("in an assertion: '" + name + "' before " + in.rest());
        }
        return names.applyAsLong(name);
    }
}
