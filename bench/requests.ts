/** Check-ins of many devices; in the file a line for each: the number of what it says, and its token. */
export interface CheckIns {
  readonly tokensFile: string;
  readonly bodies: readonly string[];
}

const anyDate = 'Sun, 06 Nov 1994 08:49:37 GMT';

/** A whole request as devices send it; the client writes the time into it when it is sent. */
export function post(path: string, token: string, body: string): string {
  const headers = `Authorization: Bearer ${token}\r\nContent-Type: application/json`;
  const head = `POST ${path} HTTP/1.1\r\nHost: x.example\r\nDate: ${anyDate}`;
  return `${head}\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export const checkInPath = '/device/v1/check-in';
export const reportsPath = '/device/v1/reports';

export function checkInRequest(token: string, body: string): string {
  return post(checkInPath, token, body);
}

/** Where the date stands in a request; -1 when there is none. */
export function dateAt(request: Buffer): number {
  const found = request.indexOf('\r\nDate: ');
  return found < 0 ? -1 : found + 8;
}
