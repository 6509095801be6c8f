package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Writes the tables of `docs/tcp.md` that follow from the code: the states, and the service primitives with
/// the methods and tests that stand for them.
class TcpPageTest {
    private static final Path PAGE = root().resolve("docs/tcp.md");

    /// A primitive, what stands for it, and a test that shows it.
    private record Primitive(String name, Class<?> in, String member, Class<?> testIn, String test) {}

    private static final List<Primitive> REQUESTS = List.of(
            request(
                    "UNSPECIFIED-PASSIVE-OPEN",
                    "unspecifiedPassiveOpen",
                    "anUnspecifiedPassiveOpenTakesWhoeverComesFirst"),
            request("FULL-PASSIVE-OPEN", "fullPassiveOpen", "aFullPassiveOpenTakesItsPeerOnly"),
            request("ACTIVE-OPEN", "activeOpen", "anActiveOpenIsAnsweredByItsIdAndThenBySuccess"),
            request("ACTIVE-OPEN-WITH-DATA", "activeOpenWithData", "theDataOfAnOpenWithDataFollowsTheHandshake"),
            request("OPEN of a passive open", "open", "aSendTurnsAFullPassiveOpenIntoAnActiveOne"),
            request("SEND", "send", "aSendForWhichThereIsNoRoomTakesNothing"),
            request("SEND, push flag", "send", "withoutPushDataWaitsForCompany"),
            request("SEND, urgent flag", "send", "anUrgentSendPointsOnePastItsLastByte"),
            request("SEND, ULP timeout", "send", "aTimeoutGivenWithASendAbortsAndItsReasonIsTold"),
            request("SEND, timeout action", "send", "aTimeoutWhoseActionIsToReportReportsAgainAndAgain"),
            request("RECEIVE", "receive", "aReceiveIsQueuedUntilThereIsData"),
            request("ALLOCATE", "allocate", "theWindowIsWhatWasAllocated"),
            request("CLOSE", "close", "aConnectionThatBothSidesCloseTerminatesWithoutAReason"),
            request("ABORT", "abort", "abortResetsAndTerminates"),
            request("STATUS", "status", "aNameThatMeansNothingIsAnErrorForEveryRequest"));

    private static final List<Primitive> RESPONSES = List.of(
            response("OPEN-ID", TcpIndication.OpenId.class, "anActiveOpenIsAnsweredByItsIdAndThenBySuccess"),
            response("OPEN-FAILURE", TcpIndication.OpenFailure.class, "anOpenThatIsRefusedFails"),
            response("OPEN-SUCCESS", TcpIndication.OpenSuccess.class, "anActiveOpenIsAnsweredByItsIdAndThenBySuccess"),
            response("DELIVER", TcpIndication.Deliver.class, "urgentDataIsDeliveredApartFromWhatFollows"),
            response("CLOSING", TcpIndication.Closing.class, "thePeersFinIsToldAtOnceAndItsDataCanStillBeReceived"),
            response("TERMINATE", TcpIndication.Terminate.class, "aResetTerminatesAndDataIsFlushed"),
            response("ERROR", TcpIndication.Error.class, "whatIcmpSaysIsReported"));

    private static final List<Primitive> STATUS = List.of(
            status("source socket", "source", "theSocketsAreThoseOfTheConnection"),
            status("remote socket", "remote", "aPassiveOpenNamesItsPeerWhenItHasOne"),
            status("connection name", "connection", "theNameIsTheOneThatWasGiven"),
            status("connection state", "state", "theStateIsTheConnections"),
            status("receive window", "receiveWindow", "theReceiveWindowIsWhatThePeerMayStillSend"),
            status("send window", "sendWindow", "theSendWindowIsWhatThePeerOffers"),
            status("amount awaiting ACK", "awaitingAck", "theAmountAwaitingAckCountsWhatWasSentAndWhatWaits"),
            status("amount awaiting receipt", "awaitingReceipt", "theAmountAwaitingReceiptIsWhatTheUserHasNotTaken"),
            status("urgent mode", "urgent", "urgentModeLastsUntilTheUrgentDataWasReceived"),
            status("precedence", "precedence", "precedenceIsTheUpperThreeBitsOfTheDsField"),
            status("security", "security", "securityIsTheLabelOfTheConnection"),
            status("timeout", "timeoutNanos", "theTimeoutAndItsActionAreThoseOfTheConnection"),
            status("timeout action", "timeoutAction", "theTimeoutAndItsActionAreThoseOfTheConnection"));

    private static Primitive request(String name, String method, String test) {
        return new Primitive(name, TcpUser.class, method, TcpUserTest.class, test);
    }

    private static Primitive response(String name, Class<?> record, String test) {
        return new Primitive(name, record, "", TcpUserTest.class, test);
    }

    private static Primitive status(String name, String component, String test) {
        return new Primitive(
                "STATUS RESPONSE, " + name, TcpIndication.StatusResponse.class, component, TcpStatusTest.class, test);
    }

    @Test
    void theTableOfStatesIsWritten() throws IOException {
        var table = new StringBuilder(
                "| state | data may be sent | data may come | may be followed by |\n|---|---|---|---|\n");
        for (TcpState state : TcpState.values()) {
            String next = Arrays.stream(TcpState.values())
                    .filter(state::mayBecome)
                    .map(TcpState::rfcName)
                    .collect(Collectors.joining(", "));
            table.append("| %s | %s | %s | %s |\n"
                    .formatted(state.rfcName(), yes(state.maySend()), yes(state.mayReceive()), next));
        }
        write("states", table.toString());
        assertThat(PAGE).content().contains("| ESTABLISHED | yes | yes | FIN-WAIT-1, CLOSE-WAIT, CLOSED |");
    }

    private static String yes(boolean is) {
        return is ? "yes" : "";
    }

    @Test
    void theTableOfPrimitivesIsWritten() throws IOException {
        var table = new StringBuilder("| primitive | in the code | shown by |\n|---|---|---|\n");
        for (List<Primitive> part : List.of(REQUESTS, RESPONSES, STATUS)) {
            for (Primitive each : part) {
                assertThat(methods(each.testIn())).as(each.name()).contains(each.test());
                if (!each.member().isEmpty()) {
                    assertThat(methods(each.in())).as(each.name()).contains(each.member());
                }
                table.append("| %s | `%s` | `%s.%s` |\n"
                        .formatted(each.name(), code(each), each.testIn().getSimpleName(), each.test()));
            }
        }
        write("primitives", table.toString());
        assertThat(PAGE).content().contains("| ALLOCATE | `TcpUser.allocate` |");
    }

    @Test
    void everyResponseHasItsLine() {
        assertThat(TcpIndication.class.getPermittedSubclasses())
                .hasSize(RESPONSES.size() + 1)
                .contains(TcpIndication.StatusResponse.class);
        assertThat(TcpIndication.StatusResponse.class.getRecordComponents()).hasSize(STATUS.size());
    }

    private static String code(Primitive each) {
        Class<?> outer = each.in().getEnclosingClass();
        String type =
                (outer == null ? "" : outer.getSimpleName() + ".") + each.in().getSimpleName();
        return each.member().isEmpty() ? type : type + "." + each.member();
    }

    private static List<String> methods(Class<?> in) {
        return Arrays.stream(in.getDeclaredMethods()).map(Method::getName).toList();
    }

    private static void write(String section, String table) throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf('\n', page.indexOf("<!-- " + section + ":")) + 1;
        int to = page.indexOf("<!-- end -->", from);
        String next = page.substring(0, from) + table + page.substring(to);
        if (!next.equals(page)) {
            Files.writeString(PAGE, next);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/tcp.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("docs/tcp.md not found above the working folder");
            }
        }
        return folder;
    }
}
