package io.towpath.drill;

import io.towpath.drill.script.Cursor;
import java.util.function.ToDoubleFunction;

/// The small part of Python in which scripts state what they expect of a connection: numbers, names, arithmetic,
/// bits, comparisons that may be chained, `in`, `and`, `or`, `not`, and the functions `abs`, `min`, `max`, `int`,
/// `range`.
///
/// Numbers are doubles: whole ones are exact up to 2^53, beyond what `tcp_info` tells in a script.
final class Expression {
    private final Cursor in;
    private final ToDoubleFunction<String> names;

    private Expression(Cursor in, ToDoubleFunction<String> names) {
        this.in = in;
        this.names = names;
    }

    /// The value of `text`; truth is 1, falsehood 0.
    ///
    /// @param names the value of a name
    static double evaluate(String text, ToDoubleFunction<String> names) {
        var in = Cursor.ofExpression(text);
        double value = new Expression(in, names).or();
        if (!in.isAtEnd()) {
            throw in.notUnderstood("in an assertion: " + in.rest());
        }
        return value;
    }

    private static double truth(boolean value) {
        return value ? 1 : 0;
    }

    private double or() {
        double value = and();
        while (in.acceptWord("or")) {
            double right = and();
            value = value != 0 ? value : right;
        }
        return value;
    }

    private double and() {
        double value = not();
        while (in.acceptWord("and")) {
            double right = not();
            value = value == 0 ? value : right;
        }
        return value;
    }

    private double not() {
        return in.acceptWord("not") ? truth(not() == 0) : comparison();
    }

    /// `a <= b <= c` holds when both parts hold.
    private double comparison() {
        double left = bits();
        boolean compared = false;
        boolean holds = true;
        while (true) {
            if (in.acceptWord("in")) {
                holds &= isMember(left);
                compared = true;
                continue;
            }
            String operator = comparator();
            if (operator.isEmpty()) {
                return compared ? truth(holds) : left;
            }
            double right = bits();
            holds &= holds(operator, left, right);
            compared = true;
            left = right;
        }
    }

    /// `in range(a, b)`, `in (a, b, c)`, `in [a, b, c]`.
    private boolean isMember(double value) {
        if (in.acceptWord("range")) {
            in.expect("(");
            double first = or();
            double end = first;
            if (in.accept(",")) {
                end = or();
            } else {
                first = 0;
            }
            in.expect(")");
            return value >= first && value < end && value == Math.rint(value);
        }
        String close = in.accept("[") ? "]" : ")";
        if (close.equals(")")) {
            in.expect("(");
        }
        boolean found = false;
        do {
            found |= or() == value;
        } while (in.accept(","));
        in.expect(close);
        return found;
    }

    private String comparator() {
        for (String operator : new String[] {"==", "!=", "<=", ">=", "<", ">"}) {
            if (!in.isAt("<<") && !in.isAt(">>") && in.accept(operator)) {
                return operator;
            }
        }
        return "";
    }

    private static boolean holds(String operator, double left, double right) {
        return switch (operator) {
            case "==" -> left == right;
            case "!=" -> left != right;
            case "<=" -> left <= right;
            case ">=" -> left >= right;
            case "<" -> left < right;
            default -> left > right;
        };
    }

    private long whole(double value) {
        if (value != Math.rint(value)) {
            throw in.notUnderstood("bits of the fraction " + value);
        }
        return (long) value;
    }

    // Python, like C, has `|` bind loosest, then `^`, `&`, the shifts, sums and products.
    private double bits() {
        double value = exclusive();
        while (in.accept("|")) {
            value = whole(value) | whole(exclusive());
        }
        return value;
    }

    private double exclusive() {
        double value = conjunction();
        while (in.accept("^")) {
            value = whole(value) ^ whole(conjunction());
        }
        return value;
    }

    private double conjunction() {
        double value = shift();
        while (in.accept("&")) {
            value = whole(value) & whole(shift());
        }
        return value;
    }

    private double shift() {
        double value = sum();
        while (true) {
            if (in.accept("<<")) {
                value = whole(value) << whole(sum());
            } else if (in.accept(">>")) {
                value = whole(value) >> whole(sum());
            } else {
                return value;
            }
        }
    }

    private double sum() {
        double value = product();
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

    private double product() {
        double value = unary();
        while (true) {
            if (in.accept("*")) {
                value *= unary();
            } else if (in.accept("//")) {
                value = Math.floor(value / divisor());
            } else if (in.accept("/")) {
                value /= divisor();
            } else if (in.accept("%")) {
                double divisor = divisor();
                value -= divisor * Math.floor(value / divisor);
            } else {
                return value;
            }
        }
    }

    private double divisor() {
        double value = unary();
        if (value == 0) {
            throw in.notUnderstood("a division by zero in an assertion");
        }
        return value;
    }

    private double unary() {
        if (in.accept("-")) {
            return -unary();
        }
        if (in.accept("~")) {
            return ~whole(unary());
        }
        if (in.accept("(")) {
            double value = or();
            in.expect(")");
            return value;
        }
        if (in.isAt("0x")) {
            return in.number();
        }
        if (Character.isDigit(in.peek()) || in.peek() == '.') {
            return Double.parseDouble(in.decimal());
        }
        String name = in.word();
        if (in.isAt("(")) {
            return applied(name);
        }
        return switch (name) {
            case "" -> throw in.notUnderstood("in an assertion: " + in.rest());
            case "True" -> 1;
            case "False" -> 0;
            default -> names.applyAsDouble(name);
        };
    }

    private double applied(String name) {
        in.expect("(");
        double value = or();
        while (in.accept(",")) {
            double other = or();
            value = switch (name) {
                case "min" -> Math.min(value, other);
                case "max" -> Math.max(value, other);
                default -> throw in.notUnderstood("in an assertion: '" + name + "' of several numbers");
            };
        }
        in.expect(")");
        return switch (name) {
            case "min", "max", "float" -> value;
            case "abs" -> Math.abs(value);
            case "int" -> value < 0 ? Math.ceil(value) : Math.floor(value);
            case "round" -> Math.rint(value);
            default -> throw in.notUnderstood("in an assertion: '" + name + "' before " + in.rest());
        };
    }
}
