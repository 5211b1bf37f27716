/** What Node's own HTTP parser refuses: there is no request to answer, only a socket. */
import { PROBLEM_TYPE, type Problem, problem } from './problems.ts';

interface ClientSocket {
  readonly writable: boolean;
  write(text: string): unknown;
  destroy(): unknown;
  destroySoon(): unknown;
}

export function answerUnreadable(error: { readonly code?: string }, socket: ClientSocket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = unreadable(error.code ?? '');
  const body = JSON.stringify(answer);
  socket.write(
    `HTTP/1.1 ${answer.status} ${answer.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // An end alone would leave the place taken for as long as the other side keeps it.
  socket.destroySoon();
}

function unreadable(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return problem('headers_too_large', 'expected at most 16 KB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('timed_out', 'send the whole request at once');
  }
  return problem('malformed', 'expected HTTP/1.1');
}
