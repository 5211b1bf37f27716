import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword, newPassword, nobodysPassword } from '#app/people/passwords.ts';

describe('a password', () => {
  it('is proved by itself alone, and stored as a digest of its own', async () => {
    const [one, two] = await Promise.all([
      hashPassword('correct horse battery'),
      hashPassword('correct horse battery'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain('horse');
    expect(await isPassword('correct horse battery', one)).toBe(true);
    expect(await isPassword('correct horse batterz', one)).toBe(false);
    expect(await isPassword('', one)).toBe(false);
  });

  it('is the same however its letters are composed', async () => {
    const stored = await hashPassword('caf\u00e9 at the corner');
    expect(await isPassword('cafe\u0301 at the corner', stored)).toBe(true);
  });

  it.each(['', 'plain', '$argon2id$v=19$m=19456,t=2,p=1$', '$argon2i$v=19$m=8,t=1,p=1$AAAA$BBBB'])(
    'is not proved by a digest that is none: %j',
    async (stored) => {
      expect(await isPassword('correct horse battery', stored)).toBe(false);
    },
  );

  it('of nobody is proved by nothing, and a made one can be typed', async () => {
    expect(await isPassword('', nobodysPassword())).toBe(false);
    const made = Array.from({ length: 100 }, newPassword);
    expect(new Set(made).size).toBe(100);
    for (const password of made) expect(password).toMatch(/^(?:[a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  });
});
