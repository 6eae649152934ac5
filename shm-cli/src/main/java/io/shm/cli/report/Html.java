package io.shm.cli.report;

import io.shm.cli.render.Text;
import java.io.IOException;

/** Writes HTML. Markup is the program's own; everything else is {@link #text} or the value of an attribute. */
final class Html {
    /** Longer names are cut: they are there to be recognised, and may be made to flood the page. */
    static final int LONGEST = 300;

    private final Appendable to;

    Html(Appendable to) {
        this.to = to;
    }

    /** Markup, and nothing that comes out of a region. */
    Html markup(String constant) throws IOException {
        to.append(constant);
        return this;
    }

    /** Any text, shown as it is: control characters as escapes, the rest harmless to a browser. */
    Html text(String any) throws IOException {
        escape(Text.cut(Text.safe(any), LONGEST));
        return this;
    }

    /** An element with an attribute; what it holds comes next. */
    Html open(String element, String attribute, String value) throws IOException {
        to.append('<').append(element).append(' ').append(attribute).append("=\"");
        escape(Text.cut(Text.safe(value), LONGEST));
        to.append("\">");
        return this;
    }

    /** An element with a class, and nothing but text in it. */
    Html element(String element, String styleClass, String any) throws IOException {
        open(element, "class", styleClass).text(any);
        to.append("</").append(element).append('>');
        return this;
    }

    private void escape(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> to.append("&amp;");
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '"' -> to.append("&quot;");
                case '\'' -> to.append("&#39;");
                default -> to.append(c);
            }
        }
    }
}
