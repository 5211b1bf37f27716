/**
 * Viewers in a process of their own: as many event streams of a desk as asked, read and dropped.
 * Prints `watching` once every one has its snapshot and, told to end, how many bytes arrived.
 */
import { get } from 'node:http';
import { argv, stdin } from 'node:process';

const [url = '', key = '', count = '0'] = argv.slice(2);
let bytes = 0;
let begun = 0;

for (let viewer = 0; viewer < Number(count); viewer += 1) {
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
  get(`${url}/api/v1/events`, { headers, agent: false }, (response) => {
    let isFirst = true;
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (!isFirst) return;
      isFirst = false;
      begun += 1;
      if (begun === Number(count)) console.log('watching');
    });
    // The desk closes its streams when it stops.
    response.on('error', () => undefined);
  }).on('error', () => undefined);
}
if (count === '0') console.log('watching');

stdin.on('end', () => {
  console.log(String(bytes));
  process.exit();
});
stdin.resume();
