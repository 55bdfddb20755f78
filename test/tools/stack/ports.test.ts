import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  anyFreePort,
  choosePort,
  DEFAULT_PORTS,
  isListening,
  isPortFree,
  LOOPBACK,
  PORT_NAMES,
} from '../../../tools/stack/ports.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listenOn(port: number): Promise<void> {
  const server = createServer().listen(port, LOOPBACK);
  servers.push(server);
  await once(server, 'listening');
}

describe('choosePort', () => {
  it('gives the first wish that can be had', async () => {
    const taken = new Set([1001, 1002]);
    const isAvailable = async (port: number): Promise<boolean> => !taken.has(port);
    expect(await choosePort([1001, undefined, 1002, 1003, 1004], isAvailable)).toBe(1003);
  });

  it('gives nothing when no wish can be had, and nothing for no wishes', async () => {
    expect(await choosePort([1001, 1002], async () => false)).toBeUndefined();
    expect(await choosePort([undefined, undefined], async () => true)).toBeUndefined();
  });

  it('asks for each wish once and for none after the chosen one, because asking claims it', async () => {
    const asked: number[] = [];
    const isAvailable = async (port: number): Promise<boolean> => {
      asked.push(port);
      return port === 1003;
    };
    await choosePort([1001, 1002, 1001, 1003, 1004], isAvailable);
    expect(asked).toEqual([1001, 1002, 1003]);
  });
});

describe('a port', () => {
  it('is free until somebody listens on it', async () => {
    const port = await anyFreePort();
    expect(await isPortFree(port)).toBe(true);
    expect(await isListening(port)).toBe(false);
    await listenOn(port);
    expect(await isPortFree(port)).toBe(false);
    expect(await isListening(port)).toBe(true);
  });

  it('is none that the system gives to an outgoing connection', async () => {
    const range = '/proc/sys/net/ipv4/ip_local_port_range';
    const first = existsSync(range) ? Number.parseInt(readFileSync(range, 'utf8')) : 49_152;
    for (let choice = 0; choice < 20; choice += 1) expect(await anyFreePort()).toBeLessThan(first);
  });

  it('is free again when it was only looked at', async () => {
    const port = await anyFreePort();
    for (let look = 0; look < 3; look += 1) expect(await isPortFree(port)).toBe(true);
  });
});

describe('the default ports', () => {
  it('are five different ones, and leave the machine its own Postgres', () => {
    expect(new Set(Object.values(DEFAULT_PORTS)).size).toBe(5);
    expect(Object.values(DEFAULT_PORTS)).not.toContain(5432);
    expect([...PORT_NAMES].sort()).toEqual(Object.keys(DEFAULT_PORTS).sort());
  });
});
