import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { faultOf, isLost } from '#adapters/sql/faults.ts';
import { StoreRefusal } from '#adapters/sql/session.ts';

function state(code: string): Error {
  const error = new DatabaseError('what the server says', 20, 'error');
  error.code = code;
  return error;
}

function system(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

describe('a failure of a store', () => {
  it.each([
    ['40001', 'again', 'serialization'],
    ['40P01', 'again', 'deadlock'],
    ['53100', 'away', 'disk_full'],
    ['53200', 'away', 'out_of_resources'],
    ['53300', 'away', 'too_many_connections'],
    ['25006', 'away', 'read_only'],
    ['57P01', 'away', 'shutting_down'],
    ['57P03', 'away', 'shutting_down'],
    ['57014', 'away', 'slow'],
    ['55P03', 'away', 'locked'],
    ['08006', 'away', 'cut'],
    ['28P01', 'refused', 'wrong_password'],
    ['3D000', 'refused', 'no_database'],
    ['42501', 'refused', 'no_permission'],
    ['XX001', 'refused', 'damaged'],
    ['22P02', 'defect', 'not_taken'],
    ['23505', 'defect', 'not_taken'],
  ])('of SQLSTATE %s is %s: %s', (code, kind, name) => {
    expect(faultOf(state(code), 'a server')).toMatchObject({ kind, code: name });
  });

  it.each([
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unknown_host'],
    ['ECONNRESET', 'cut'],
    ['EPIPE', 'cut'],
    ['ABORT_ERR', 'silent'],
  ])('of the network, %s, is away: %s', (code, name) => {
    expect(faultOf(system(code), 'a server')).toMatchObject({ kind: 'away', code: name });
  });

  it('counts by the first of several attempts, and by what caused it', () => {
    const both = new AggregateError([system('ECONNREFUSED'), system('ETIMEDOUT')]);
    expect(faultOf(both, 'a server').code).toBe('unreachable');
    const wrapped = new Error('a migration failed', { cause: state('42501') });
    expect(faultOf(wrapped, 'a server').code).toBe('no_permission');
  });

  it.each([
    ['Connection terminated unexpectedly', 'cut'],
    ['Postgres connection has been discarded', 'cut'],
    ['Query read timeout', 'silent'],
  ])('is told by the words of what caused it as well: %s', (words, code) => {
    const wrapped = new Error('a migration failed', { cause: new Error(words) });
    const fault = faultOf(wrapped, 'a server');
    expect(fault).toMatchObject({ kind: 'away', code });
    expect(fault.detail).toContain(words);
    expect(isLost(wrapped)).toBe(true);
  });

  it('leaves a connection for good when nobody is at the other end', () => {
    expect(isLost(new Error('Query read timeout'))).toBe(true);
    expect(isLost(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isLost(state('40001'))).toBe(false);
    expect(isLost(new StoreRefusal('old_server', 'too old'))).toBe(false);
  });

  it('says what to do, where, and in whose words', () => {
    const { detail } = faultOf(state('28P01'), 'PostgreSQL at db:5432/desk');
    expect(detail).toContain('STRIKEWIRE_DATABASE_URL');
    expect(detail).toContain('PostgreSQL at db:5432/desk: what the server says');
  });
});
