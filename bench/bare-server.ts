import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { argv } from 'node:process';

/**
 * What everything is measured against: node:http and nothing else. It reads the request's body and gives an answer
 * of the same headers and bytes as Fettle's; for downloads it streams the same file.
 */
const [body = '{}', file = ''] = argv.slice(2);
const answer = Buffer.from(body);
const server = createServer((request, response) => {
  if (request.method === 'GET' && file !== '') {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': statSync(file).size });
    createReadStream(file).pipe(response);
    return;
  }
  request.on('data', () => {});
  request.on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': answer.length,
      'cache-control': 'no-store',
    });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
