package io.shm.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @Test
    void harmlessTextStaysAsItIs() {
        String text = "订单.添加(é) 👍";

        assertThat(Text.safe(text)).isEqualTo(text);
        assertThat(Text.safe("plain")).isSameAs("plain");
        assertThat(Text.safe(null)).isEmpty();
    }

    @Test
    void whatCouldMoveOrHideIsEscaped() {
        assertThat(Text.safe("a\u001b[2Jb")).isEqualTo("a\\e[2Jb");
        assertThat(Text.safe("a\nb\tc\rd\u0000")).isEqualTo("a\\nb\\tc\\rd\\x00");
        assertThat(Text.safe("\u009b31m\u007f")).isEqualTo("\\x9b31m\\x7f");
        assertThat(Text.safe("\u202egnp.exe")).isEqualTo("\\u202egnp.exe");
        assertThat(Text.safe("zero\u200bwidth\ufeff")).isEqualTo("zero\\u200bwidth\\ufeff");
        assertThat(Text.safe("lone \ud800 and \udc00")).isEqualTo("lone \\ud800 and \\udc00");
        assertThat(Text.safe(new String(Character.toChars(0xe0041)))).isEqualTo("\\U0e0041");
    }

    @Test
    void noCharacterSurvivesThatIsNotPrintable() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String safe = Text.safe(new String(Character.toChars(c)));
            assertThat(safe.codePoints().noneMatch(Character::isISOControl)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"abc,3", "'',0", "订单,4", "é,1", "e\u0301,1", "👍,2", "ｆｕｌｌ,8", "한글,4"})
    void widthIsInTerminalColumns(String text, int columns) {
        assertThat(Text.width(text)).isEqualTo(columns);
    }

    @Test
    void cutsToColumnsNotToCharacters() {
        assertThat(Text.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Text.cut("abcdef", 4)).isEqualTo("abc…");
        assertThat(Text.cut("订单处理", 5)).isEqualTo("订单…");
        assertThat(Text.cut("订单处理", 4)).isEqualTo("订…");
        assertThat(Text.cutStart("abcdef", 4)).isEqualTo("…def");
        assertThat(Text.cutStart("订单处理", 4)).isEqualTo("…理");
        assertThat(Text.cut("abc", 0)).isEmpty();
    }

    @Test
    void aPaintedLineIsCutWhereItsTextEnds() {
        String red = Paint.BAD.on("dead", true);

        assertThat(Paint.cut("a " + red + " b", 8)).isEqualTo("a " + red + " b");
        assertThat(Paint.cut("a " + red + " b", 5)).isEqualTo("a \u001b[31mde…\u001b[0m");
        assertThat(Paint.cut("plain text", 5)).isEqualTo("plai…");
    }
}
