/**
 * Digests. The one file of the kernel that imports from Node (docs/adr/0002): all of them are
 * pure, and an own SHA-256 would be slower and less trusted than the platform's.
 */
import { createHmac, hash } from 'node:crypto';
import { crc32 as zlibCrc32 } from 'node:zlib';

/** SHA-256 as 64 lower-case hexadecimal characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** HMAC-SHA256 as 64 lower-case hexadecimal characters. */
export function hmacSha256Hex(key: string, data: string): string {
  return createHmac('sha256', key).update(data).digest('hex');
}

/** CRC-32 (IEEE), unsigned. */
export function crc32(data: Uint8Array): number {
  return zlibCrc32(data);
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first `length` characters of the SHA-256 of `text`, in lower-case base 32 (5 bits each). */
export function shortDigest(text: string, length: number): string {
  const bytes = hash('sha256', text, 'buffer');
  let characters = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && characters.length < length) {
      bits -= 5;
      characters += BASE32[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return characters;
}
